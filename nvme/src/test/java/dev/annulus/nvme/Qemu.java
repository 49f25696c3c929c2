// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.annulus.ffi.Memory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** QEMU controllers for tests. A suite of the driver's calls {@link #required} before all. */
final class Qemu {
  private static final List<String> TOOLS = List.of("qemu-system-x86_64", "setpriv");

  private Qemu() {}

  /** Skips the tests of a class where there is no QEMU. */
  static void required() {
    for (String tool : TOOLS) {
      boolean there =
          Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
              .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
      assumeTrue(there, "needs " + tool + ": apt-get install qemu-system-x86 util-linux");
    }
  }

  /**
   * A controller over a disk in memory, all 0. Its namespace is a device of its own: one that the
   * controller's device makes has limits of 0 for Copy.
   */
  static QemuTransport memory(long bytes) throws NvmeException {
    return namespaces(bytes, "");
  }

  /**
   * Starts QEMU with a disk in memory, which is gone when QEMU is.
   *
   * @param options with what the disk is as QEMU's option -blockdev; its node is "disk"
   */
  static QemuTransport overDisk(long bytes, Function<String, QemuOptions> options)
      throws NvmeException {
    int fd = Memory.memfd("disk", bytes);
    try {
      return QemuTransport.start(
          options.apply(
              "driver=file,node-name=disk,filename=/proc/%d/fd/%d"
                  .formatted(ProcessHandle.current().pid(), fd)));
    } finally {
      dev.annulus.ffi.Files.close(fd); // QEMU has it open
    }
  }

  /**
   * A controller with namespaces 1 and up, each over a disk in memory, all 0.
   *
   * @param each the options of a namespace's device, such as {@code ms=8,pi=1}, or nothing
   */
  static QemuTransport namespaces(long bytes, String... each) throws NvmeException {
    int[] fds = new int[each.length];
    Arrays.fill(fds, -1);
    List<String> words = new ArrayList<>(List.of("-device", "nvme,serial=ANNULUS,id=annulus"));
    try {
      for (int i = 0; i < each.length; i++) {
        fds[i] = Memory.memfd("disk", bytes);
        words.addAll(
            List.of(
                "-blockdev",
                "driver=file,node-name=disk%d,filename=/proc/%d/fd/%d"
                    .formatted(i, ProcessHandle.current().pid(), fds[i]),
                "-device",
                "nvme-ns,bus=annulus,drive=disk%d,nsid=%d%s"
                    .formatted(i, i + 1, each[i].isEmpty() ? "" : "," + each[i])));
      }
      return QemuTransport.start(QemuOptions.of(words.toArray(String[]::new)));
    } finally {
      for (int fd : fds) {
        if (fd >= 0) {
          dev.annulus.ffi.Files.close(fd);
        }
      }
    }
  }

  /** Namespaces whose blocks carry metadata, with each type of protection and without. */
  static QemuTransport withMetadata(long bytes) throws NvmeException {
    return namespaces(
        bytes,
        "",
        "ms=8",
        "ms=8,mset=1",
        "ms=8,mset=1,pi=1",
        "ms=8,mset=0,pi=1",
        "ms=8,mset=1,pi=2",
        "ms=8,mset=0,pi=3",
        "ms=16,mset=1,pi=1,pil=1",
        "ms=64,mset=1,logical_block_size=4096,physical_block_size=4096");
  }

  /** A namespace as usual, and one of zones of 64 KiB. */
  static QemuTransport zoned(long bytes) throws NvmeException {
    return namespaces(bytes, "", "zoned=true,zoned.zone_size=65536,zoned.zone_capacity=65536");
  }

  /** The processes that run QEMU for this one. */
  static Stream<ProcessHandle> processes() {
    return ProcessHandle.current()
        .children()
        .filter(each -> each.info().command().orElse("").contains("qemu-system"));
  }
}
