// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory mappings and memory files: {@code mmap(2)}, {@code memfd_create(2)}, file seals ({@code
 * fcntl(2)}, {@code F_ADD_SEALS}).
 */
public final class Memory {
  /** Pages may be read. */
  public static final int PROT_READ = 1;

  /** Pages may be written. */
  public static final int PROT_WRITE = 2;

  /** Share the mapping with others. */
  public static final int MAP_SHARED = 1;

  /** Keep changes to this process. */
  public static final int MAP_PRIVATE = 2;

  /** Memory that is no file's, all 0. */
  public static final int MAP_ANONYMOUS = 0x20;

  /** Populate page tables now. */
  public static final int MAP_POPULATE = 0x8000;

  /** Close on exec. */
  public static final int MFD_CLOEXEC = 1;

  /** Allow seals. */
  public static final int MFD_ALLOW_SEALING = 2;

  /** No more seals. */
  public static final int F_SEAL_SEAL = 1;

  /** The file cannot shrink. */
  public static final int F_SEAL_SHRINK = 2;

  /** The file cannot grow. */
  public static final int F_SEAL_GROW = 4;

  /** No new writable mappings; those that exist stay writable (Linux 5.1). */
  public static final int F_SEAL_FUTURE_WRITE = 0x10;

  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;

  private static final MethodHandle MMAP =
      Native.link(
          "mmap",
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.INT,
          Native.INT,
          Native.INT,
          Native.LONG);
  private static final MethodHandle MUNMAP =
      Native.link("munmap", Native.INT, Native.LONG, Native.LONG);
  private static final MethodHandle MEMFD_CREATE =
      Native.link("memfd_create", Native.INT, Native.POINTER, Native.INT);
  private static final MethodHandle FTRUNCATE =
      Native.link("ftruncate", Native.INT, Native.INT, Native.LONG);
  private static final MethodHandle FCNTL =
      Native.linkVariadic("fcntl", 2, Native.INT, Native.INT, Native.INT, Native.INT);

  private static final MethodHandle FSTATFS =
      Native.link("fstatfs", Native.INT, Native.INT, Native.POINTER);
  private static final MethodHandle LSEEK =
      Native.link("lseek", Native.LONG, Native.INT, Native.LONG, Native.INT);
  private static final int STATFS_SIZE = 120;
  private static final long TMPFS_MAGIC = 0x0102_1994;
  private static final int SEEK_END = 2;
  private static final int EINVAL = 22;

  private Memory() {}

  /** What {@link #map} answers: a segment, or an error number. */
  public sealed interface Mapping {
    /**
     * The memory.
     *
     * @param memory bounded, unmapped when its arena closes
     */
    record Mapped(MemorySegment memory) implements Mapping {}

    /**
     * The failure.
     *
     * @param errno positive
     */
    record Failed(int errno) implements Mapping {}
  }

  /**
   * Maps a file, or memory that is no file's, {@code mmap(2)}.
   *
   * @param fd descriptor, -1 with {@link #MAP_ANONYMOUS}
   * @param offset offset in the file, a multiple of the page size
   * @param size bytes, more than 0
   * @param prot {@code PROT_*} bits
   * @param flags {@code MAP_*} bits
   * @param arena owns the mapping: unmapped when it closes
   * @return the memory, or the errno: never MAP_FAILED as an address
   * @throws IllegalStateException where the arena is closed
   * @throws WrongThreadException where the arena is another thread's
   */
  public static Mapping map(int fd, long offset, long size, int prot, int flags, Arena arena) {
    MemorySegment state = Native.capture();
    try {
      long at =
          Native.result((long) MMAP.invokeExact(state, 0L, size, prot, flags, fd, offset), state);
      return at < 0 && at > -4096
          ? new Mapping.Failed((int) -at)
          : new Mapping.Mapped(owned(at, size, arena));
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** Hands a mapping to its arena, or takes it back where the arena is closed already. */
  private static MemorySegment owned(long address, long size, Arena arena) {
    try {
      return Native.mapping(address, size, arena);
    } catch (RuntimeException e) {
      unmap(address, size);
      throw e;
    }
  }

  /** {@code munmap(2)}, for the arena's clean-up. */
  static void unmap(long address, long size) {
    MemorySegment state = Native.capture();
    try {
      int result = Native.result((int) MUNMAP.invokeExact(state, address, size), state);
      if (result != 0) {
        // Unchecked, and no Error: the arena goes on with what else it owns.
        throw new IllegalStateException("munmap of what mmap gave: errno " + -result);
      }
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * Makes a file in memory, {@code memfd_create(2)}, of a size.
   *
   * @param name shown in {@code /proc/PID/maps}, ASCII
   * @param size bytes
   * @return descriptor, close-on-exec, sealable, or {@code -errno}
   */
  public static int memfd(String name, long size) {
    MemorySegment state = Native.capture();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chars = arena.allocateFrom(name);
      int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
      int fd = Native.result((int) MEMFD_CREATE.invokeExact(state, chars, flags), state);
      if (fd < 0) {
        return fd;
      }
      int sized = Native.result((int) FTRUNCATE.invokeExact(state, fd, size), state);
      if (sized < 0) {
        Files.close(fd);
        return sized;
      }
      return fd;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * Adds seals, {@code F_ADD_SEALS}.
   *
   * @param fd a memory file
   * @param seals {@code F_SEAL_*} bits
   * @return 0 or {@code -errno}
   */
  public static int seal(int fd, int seals) {
    return fcntl(fd, F_ADD_SEALS, seals);
  }

  /**
   * Reads the seals, {@code F_GET_SEALS}.
   *
   * @param fd a descriptor
   * @return {@code F_SEAL_*} bits, or {@code -EINVAL} where the file cannot have seals
   */
  public static int seals(int fd) {
    return fcntl(fd, F_GET_SEALS, 0);
  }

  private static int fcntl(int fd, int command, int argument) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((int) FCNTL.invokeExact(state, fd, command, argument), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * The size of a memory file of ordinary pages. A file of huge pages, which can lack pages when it
   * is touched, is refused.
   *
   * @param fd a descriptor from somebody else
   * @return bytes, {@code -EINVAL} where it is not on tmpfs, or another {@code -errno}
   */
  public static long tmpfsSize(int fd) {
    MemorySegment state = Native.capture();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statfs = arena.allocate(STATFS_SIZE, 8);
      int told = Native.result((int) FSTATFS.invokeExact(state, fd, statfs), state);
      if (told < 0) {
        return told;
      }
      if (statfs.get(JAVA_LONG, 0) != TMPFS_MAGIC) {
        return -EINVAL;
      }
      return Native.result((long) LSEEK.invokeExact(state, fd, 0L, SEEK_END), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * Copies a NUL-terminated string that a C structure points to.
   *
   * @param address where it begins; the caller answers for it
   * @param most bytes at most, without the NUL
   * @return its bytes with the NUL, or null where there is none within {@code most} bytes
   */
  public static byte[] cString(long address, int most) {
    for (int length = 0; length <= most; length++) {
      if (Native.view(address + length, 1).get(JAVA_BYTE, 0) == 0) {
        return Native.view(address, length + 1L).toArray(JAVA_BYTE);
      }
    }
    return null;
  }

  /**
   * Copies bytes that a C structure points to.
   *
   * @param address where they begin; the caller answers for it
   * @param length how many
   * @return the copy
   */
  public static byte[] bytes(long address, int length) {
    return Native.view(address, length).toArray(JAVA_BYTE);
  }
}
