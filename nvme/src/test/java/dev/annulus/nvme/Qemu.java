// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.annulus.ffi.Memory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** A controller over a disk in memory, all 0. */
  static QemuTransport memory(long bytes) throws NvmeException {
    return overDisk(
        bytes,
        disk -> QemuOptions.of("-blockdev", disk, "-device", "nvme,serial=ANNULUS,drive=disk"));
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

  /** The processes that run QEMU for this one. */
  static Stream<ProcessHandle> processes() {
    return ProcessHandle.current()
        .children()
        .filter(each -> each.info().command().orElse("").contains("qemu-system"));
  }
}
