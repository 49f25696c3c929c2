// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ffi.Uring;
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

  private final int ring;

  Registered(int ring) {
    this.ring = ring;
  }

  void buffers(MemorySegment... buffers) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vectors = arena.allocate((long) IOVEC * buffers.length, 8);
      for (int i = 0; i < buffers.length; i++) {
        vectors.set(JAVA_LONG, (long) i * IOVEC, buffers[i].address());
        vectors.set(JAVA_LONG, (long) i * IOVEC + 8, buffers[i].byteSize());
      }
      check(IORING_REGISTER_BUFFERS, vectors, buffers.length, "IORING_REGISTER_BUFFERS");
    }
  }

  void noBuffers() throws ErrnoException {
    check(IORING_UNREGISTER_BUFFERS, MemorySegment.NULL, 0, "IORING_UNREGISTER_BUFFERS");
  }

  /** A table of empty places. */
  void files(int count) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment descriptors = arena.allocate(4L * count, 4).fill((byte) -1);
      check(IORING_REGISTER_FILES, descriptors, count, "IORING_REGISTER_FILES");
    }
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

  void noFiles() throws ErrnoException {
    check(IORING_UNREGISTER_FILES, MemorySegment.NULL, 0, "IORING_UNREGISTER_FILES");
  }

  private void check(int opcode, MemorySegment argument, int count, String name)
      throws ErrnoException {
    int result = Uring.register(ring, opcode, argument, count);
    if (result < 0) {
      throw new ErrnoException("io_uring_register(" + name + ")", -result, Refusal.reason(-result));
    }
  }
}
