// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ffi.Uring;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Files and buffers that a kernel ring holds on to: {@code io_uring_register(2)}. */
final class Registered {
  private static final int IORING_REGISTER_BUFFERS = 0;
  private static final int IORING_UNREGISTER_BUFFERS = 1;
  private static final int IORING_REGISTER_FILES = 2;
  private static final int IORING_UNREGISTER_FILES = 3;
  private static final int IORING_REGISTER_FILES_UPDATE = 6;
  private static final int IOVEC = 16;

  /** In a table of files: an empty place. */
  private static final int NO_FILE = -1;

  private final int ring;
  private boolean hasBuffers;
  private boolean hasFiles;

  Registered(int ring) {
    this.ring = ring;
  }

  /** In place of those before; none for none. */
  void buffers(MemorySegment... buffers) throws ErrnoException {
    requireNative(buffers);
    if (hasBuffers) {
      check(IORING_UNREGISTER_BUFFERS, MemorySegment.NULL, 0, "IORING_UNREGISTER_BUFFERS");
      hasBuffers = false;
    }
    if (buffers.length == 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vectors = arena.allocate((long) IOVEC * buffers.length, 8);
      for (int i = 0; i < buffers.length; i++) {
        vectors.set(JAVA_LONG, (long) i * IOVEC, buffers[i].address());
        vectors.set(JAVA_LONG, (long) i * IOVEC + 8, buffers[i].byteSize());
      }
      check(IORING_REGISTER_BUFFERS, vectors, buffers.length, "IORING_REGISTER_BUFFERS");
    }
    hasBuffers = true;
  }

  /** A table of empty places, in place of that before; 0 for none. */
  void files(int count) throws ErrnoException {
    checkPlaces(count);
    if (hasFiles) {
      check(IORING_UNREGISTER_FILES, MemorySegment.NULL, 0, "IORING_UNREGISTER_FILES");
      hasFiles = false;
    }
    if (count == 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment descriptors = arena.allocate(4L * count, 4).fill((byte) NO_FILE);
      check(IORING_REGISTER_FILES, descriptors, count, "IORING_REGISTER_FILES");
    }
    hasFiles = true;
  }

  /** {@code struct io_uring_files_update}: offset u32, reserved u32, descriptors u64. */
  void file(int index, int fd) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment update = arena.allocate(16, 8);
      update.set(JAVA_INT, 0, index);
      update.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_INT, fd).address());
      check(IORING_REGISTER_FILES_UPDATE, update, 1, "IORING_REGISTER_FILES_UPDATE");
    }
  }

  /** The kernel cannot reach the heap: an address there is an offset that means nothing to it. */
  static void requireNative(MemorySegment... buffers) {
    for (MemorySegment buffer : buffers) {
      if (!buffer.isNative()) {
        throw new IllegalArgumentException(buffer + " is on the heap: register native memory");
      }
    }
  }

  private void check(int opcode, MemorySegment argument, int count, String name)
      throws ErrnoException {
    int result = Uring.register(ring, opcode, argument, count);
    if (result < 0) {
      throw failure(name, -result);
    }
  }

  static int checkPlaces(int count) {
    if (count < 0) {
      throw new IllegalArgumentException(count + " places for files");
    }
    return count;
  }

  /** What either kind of ring throws where it cannot register. */
  static ErrnoException failure(String name, int errno) {
    return new ErrnoException("io_uring_register(" + name + ")", errno, remedy(errno));
  }

  /** The likely cause of a refused registration. */
  private static String remedy(int errno) {
    return switch (errno) {
      case Errno.ENXIO -> "there is no table of files: register one first";
      case Errno.EMFILE -> "more places than descriptors allowed: raise ulimit -n";
      case Errno.EBADF -> "no such descriptor is open";
      case Errno.EFAULT -> "a buffer is not memory that can be read and written, or is empty";
      case Errno.EINVAL -> "a place beyond the table, or too many entries";
      case Errno.EOPNOTSUPP -> "a buffer is of a kind of memory that cannot be pinned";
      default -> Refusal.reason(errno);
    };
  }
}
