// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Which pages of a mapping were written since they were last asked about, in one call for
 * thousands: asynchronous write-protection (Linux 6.7). Only writes through that mapping count:
 * what another process writes to the same memory through a mapping of its own is seen by watching
 * that one, in that process, and by scanning that process's page map.
 *
 * <p>Belongs to one thread at a time. Source: {@code ioctl_userfaultfd(2)}, Linux's {@code
 * admin-guide/mm/pagemap.rst}, {@code PAGEMAP_SCAN}.
 */
public final class WrittenPages implements AutoCloseable {
  /**
   * Bytes of one answer of {@link #scan}: address of the first byte, of the byte behind the last.
   */
  public static final int REGION_SIZE = 24;

  private static final long UFFD_API = 0xAA;
  private static final long UFFDIO_API = 0xc018_aa3fL;
  private static final long UFFDIO_REGISTER = 0xc020_aa00L;
  private static final long UFFDIO_REGISTER_MODE_WP = 1 << 1;
  private static final long FEATURES = 1 << 12 | 1 << 13 | 1 << 15; // shmem, unpopulated, async
  private static final int UFFD_USER_MODE_ONLY = 1;

  private static final long PAGEMAP_SCAN = 0xc060_6610L;
  private static final int SCAN_SIZE = 96;
  private static final long PM_SCAN_WP_MATCHING_CHECK_WPASYNC = 3;
  private static final long PAGE_IS_WRITTEN = 1 << 1;

  private final MemorySegment capture = Native.capture();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment argument = arena.allocate(SCAN_SIZE, 8);
  private final int pageMap;

  private WrittenPages(int pageMap) {
    this.pageMap = pageMap;
  }

  /**
   * Protects a mapping of this process, so that {@link #scan} can tell which of its pages are
   * written from now on: the first write to each costs a page fault, about a microsecond.
   *
   * @param start address of a shared or private mapping, a multiple of the page size
   * @param size bytes, a multiple of the page size
   * @return a descriptor that keeps the protection until it is closed, or {@code -errno}: {@code
   *     -EPERM} where {@code vm.unprivileged_userfaultfd} or a filter forbids it, {@code -EINVAL}
   *     before Linux 6.7
   */
  public static int watch(long start, long size) {
    long fd =
        Syscall.call(Syscall.USERFAULTFD, Files.O_CLOEXEC | UFFD_USER_MODE_ONLY, 0, 0, 0, 0, 0);
    if (fd < 0) {
      return (int) fd;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(32, 8);
      request.set(JAVA_LONG, 0, UFFD_API);
      request.set(JAVA_LONG, 8, FEATURES);
      int result = Ioctl.call((int) fd, UFFDIO_API, request);
      if (result >= 0) {
        request.set(JAVA_LONG, 0, start);
        request.set(JAVA_LONG, 8, size);
        request.set(JAVA_LONG, 16, UFFDIO_REGISTER_MODE_WP);
        result = Ioctl.call((int) fd, UFFDIO_REGISTER, request);
      }
      if (result < 0) {
        Files.close((int) fd);
        return result;
      }
      return (int) fd;
    }
  }

  /**
   * For the mappings of a process that are watched there.
   *
   * @param process its number, or 0 for this one; of another the caller must be allowed to read the
   *     memory ({@code ptrace(2)}, PTRACE_MODE_READ)
   * @return what scans, or null where its page map cannot be opened
   */
  public static WrittenPages of(int process) {
    String path = "/proc/" + (process == 0 ? "self" : Integer.toString(process)) + "/pagemap";
    int fd = Files.open(path, Files.O_RDONLY | Files.O_CLOEXEC, 0);
    return fd < 0 ? null : new WrittenPages(fd);
  }

  /**
   * Which pages were written since the last scan that found them, and protects them again. Does not
   * block.
   *
   * @param start address in that process, of a mapping that is watched
   * @param size bytes, a multiple of the page size
   * @param found room for the answers: at {@link #REGION_SIZE} bytes each, {@code u64} first byte,
   *     {@code u64} behind the last; neighbours are one
   * @return how many, all that there is room for; the others remain for the next call. {@code
   *     -errno}: {@code -EPERM} where the mapping is not watched, {@code -ENOTTY} before Linux 6.7
   */
  public int scan(long start, long size, MemorySegment found) {
    argument.fill((byte) 0);
    argument.set(JAVA_LONG, 0, SCAN_SIZE);
    argument.set(JAVA_LONG, 8, PM_SCAN_WP_MATCHING_CHECK_WPASYNC);
    argument.set(JAVA_LONG, 16, start);
    argument.set(JAVA_LONG, 24, start + size);
    argument.set(JAVA_LONG, 40, found.address());
    argument.set(JAVA_LONG, 48, found.byteSize() / REGION_SIZE);
    argument.set(JAVA_LONG, 72, PAGE_IS_WRITTEN); // category_mask
    argument.set(JAVA_LONG, 88, PAGE_IS_WRITTEN); // return_mask
    return Ioctl.call(capture, pageMap, PAGEMAP_SCAN, argument.address());
  }

  /** Ends scanning; what is watched stays watched. */
  @Override
  public void close() {
    Files.close(pageMap);
    arena.close();
  }
}
