// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.ffi.Membarrier;
import dev.annulus.ffi.WrittenPages;
import dev.annulus.ring.Errno;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.UringProbe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Limits and devices of this machine that bear on rings, hosts and NVMe, each with its remedy. */
final class Surroundings {
  private static final long PAGE = 4096;
  private static final long ENOUGH_MEMLOCK = 64L << 20;
  private static final int ENOUGH_FILES = 65_536;

  /** Linux's own setting. */
  private static final int ENOUGH_MAPPINGS = 65_530;

  private final UringProbe probe;

  /** Where {@code /proc}, {@code /sys} and {@code /dev} are; in tests another directory. */
  private final Path root;

  Surroundings(UringProbe probe, Path root) {
    this.probe = probe;
    this.root = root;
  }

  List<Finding> all() {
    return List.of(
        memlock(),
        files(),
        group(),
        workers(),
        mappings(),
        hugePages(),
        membarrier(),
        pagemapScan(),
        userfaultfd(),
        device("KVM", "dev/kvm", "guests of tests run without hardware's help: slowly"),
        device("VFIO", "dev/vfio/vfio", "NVMe hardware cannot be driven: modprobe vfio-pci"),
        iommu());
  }

  private Finding memlock() {
    long bytes = probe.memlock();
    String value = bytes < 0 ? "unlimited" : bytes + " bytes";
    boolean enough = bytes < 0 || bytes >= ENOUGH_MEMLOCK;
    return new Finding(
        "locked memory",
        value,
        enough
            ? ""
            : "rings and registered buffers are locked, root's without limit: raise ulimit -l or"
                + " LimitMEMLOCK= to 64 MiB or more for many of them");
  }

  private static Finding files() {
    Limits limit = Limits.read("Max open files");
    boolean few = limit.soft().matches("\\d{1,9}") && Integer.parseInt(limit.soft()) < ENOUGH_FILES;
    String change = "a client is 3 descriptors of its host: raise ulimit -n for thousands of them";
    return new Finding("open files", limit.toString(), few ? change : "");
  }

  private Finding group() {
    String group = read("proc/sys/kernel/io_uring_group", "no such setting");
    boolean matters = probe.ioUringDisabled() == 1;
    return new Finding(
        "io_uring_group", group, matters ? "join this group, or be root, to use io_uring" : "");
  }

  private static Finding workers() {
    Limits limit = Limits.read("Max processes");
    return new Finding(
        "ring workers",
        "at most "
            + RingOptions.DEFAULT.workers()
            + " a thread that owns rings (RingOptions.workers); processes: "
            + limit,
        "");
  }

  private Finding mappings() {
    String most = read("proc/sys/vm/max_map_count", "unknown");
    boolean few = most.matches("\\d{1,9}") && Integer.parseInt(most) < ENOUGH_MAPPINGS;
    return new Finding(
        "mappings",
        most + " a process",
        few ? "a client is 2 of its host, and one a region: raise vm.max_map_count" : "");
  }

  private Finding hugePages() {
    String reserved = read("proc/sys/vm/nr_hugepages", "0");
    String transparent = read("sys/kernel/mm/transparent_hugepage/enabled", "absent");
    String shared = read("sys/kernel/mm/transparent_hugepage/shmem_enabled", "absent");
    return new Finding(
        "huge pages",
        "not needed: nothing here asks for any ("
            + reserved
            + " reserved; transparent: "
            + transparent
            + "; of shared memory: "
            + shared
            + ")",
        "");
  }

  private static Finding membarrier() {
    boolean there = Membarrier.available();
    return new Finding(
        "membarrier",
        there ? "used: who waits fences for who is busy" : "not here: each submit has its fence",
        there ? "" : "a seccomp filter may forbid it, or Linux is older than 4.16");
  }

  /** Asks for a page that nobody watches: a kernel that does not know the request says so. */
  private static Finding pagemapScan() {
    boolean there = false;
    try (Arena arena = Arena.ofConfined();
        WrittenPages pages = WrittenPages.of(0)) {
      MemorySegment found = arena.allocate(WrittenPages.REGION_SIZE, 8);
      there = pages != null && pages.scan(found.address() & -PAGE, PAGE, found) != -Errno.ENOTTY;
    }
    return new Finding(
        "PAGEMAP_SCAN",
        (there ? "there" : "not here") + "; hosts do without: it sees one process's writes alone",
        there ? "" : "Linux 6.7 or later has it, for who may read /proc/self/pagemap");
  }

  private Finding userfaultfd() {
    String setting = read("proc/sys/vm/unprivileged_userfaultfd", "no such setting");
    boolean device = Files.isReadable(root.resolve("dev/userfaultfd"));
    return new Finding(
        "userfaultfd",
        "unprivileged: "
            + setting
            + "; /dev/userfaultfd: "
            + (device ? "open to you" : "no")
            + "; for watching pages alone, which hosts do without",
        "");
  }

  private Finding device(String name, String path, String otherwise) {
    Path device = root.resolve(path);
    if (!Files.exists(device)) {
      return new Finding(name, "no /" + path, otherwise);
    }
    boolean open = Files.isReadable(device) && Files.isWritable(device);
    return open
        ? new Finding(name, "/" + path, "")
        : new Finding(name, "/" + path + " is not yours to use", "join its group");
  }

  private Finding iommu() {
    int groups = 0;
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(root.resolve("sys/kernel/iommu_groups"))) {
      for (Path group : all) {
        groups += group.getNameCount() > 0 ? 1 : 0;
      }
    } catch (IOException e) {
      groups = 0; // the same as none
    }
    return new Finding(
        "IOMMU",
        groups + " groups",
        groups > 0
            ? ""
            : "devices are not held to their own memory: intel_iommu=on or amd_iommu=on");
  }

  /** A line: of settings, what is read in one call is whole. */
  private String read(String path, String otherwise) {
    try {
      return Files.readAllLines(root.resolve(path)).getFirst().strip();
    } catch (IOException e) {
      return otherwise;
    }
  }
}
