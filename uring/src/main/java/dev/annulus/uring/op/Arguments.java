// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import java.lang.foreign.MemorySegment;

/** Checks of arguments, each with an error that says what is wrong and what is right. */
final class Arguments {
  /** {@code MAX_RW_COUNT}: more is never moved by one operation. */
  static final int MOST_BYTES = 0x7fff_f000;

  /** Bytes of a {@code struct msghdr}. */
  static final int MSGHDR_SIZE = 56;

  private static final int MOST_VECTORS = 1024;
  private static final int MOST_INDEX = (1 << 16) - 1;

  private Arguments() {}

  /** Memory that the kernel can reach, of at most {@link #MOST_BYTES}. */
  static MemorySegment buffer(MemorySegment buffer) {
    memory(buffer, 0);
    if (buffer.byteSize() > MOST_BYTES) {
      throw new IllegalArgumentException(
          "a buffer of " + buffer.byteSize() + " bytes: one operation moves at most " + MOST_BYTES);
    }
    return buffer;
  }

  /** Memory that the kernel can reach and write. */
  static MemorySegment writable(MemorySegment buffer) {
    buffer(buffer);
    if (buffer.isReadOnly()) {
      throw new IllegalArgumentException("a read-only buffer, but the kernel would write to it");
    }
    return buffer;
  }

  /** Memory that the kernel can reach, of at least a size. */
  static MemorySegment memory(MemorySegment memory, long size) {
    if (!memory.isNative()) {
      throw new IllegalArgumentException(
          "memory on the heap moves: give the kernel native memory, from an Arena");
    }
    if (!memory.scope().isAlive()) {
      throw new IllegalStateException("the memory's arena is closed");
    }
    if (memory.byteSize() < size) {
      throw new IllegalArgumentException(
          memory.byteSize() + " bytes of memory where the kernel needs " + size);
    }
    return memory;
  }

  /** A path as C has it: bytes up to a NUL, which must lie within the segment. */
  static MemorySegment path(MemorySegment path) {
    memory(path, 1);
    path.getString(0);
    return path;
  }

  /** A descriptor, or the place of a registered file. */
  static int descriptor(int fd) {
    if (fd < 0) {
      throw new IllegalArgumentException("descriptor " + fd + ": must be at least 0");
    }
    return fd;
  }

  /** An offset in a file, or -1 for the file's own position. */
  static long offset(long offset) {
    if (offset < -1) {
      throw new IllegalArgumentException(
          "offset " + offset + ": must be at least 0, or -1 for the file's own position");
    }
    return offset;
  }

  /** Memory that the kernel can reach and write, of at least a size. */
  static void writable(MemorySegment memory, long size) {
    memory(memory, size);
    writable(memory);
  }

  /** Memory of at least a size, or {@link MemorySegment#NULL} for none. */
  static void optional(MemorySegment memory, long size) {
    if (memory.address() != 0) {
      memory(memory, size);
    }
  }

  /** A number of {@code struct iovec}: {@code UIO_MAXIOV} at most. */
  static void vectors(int count) {
    if (count < 1 || count > MOST_VECTORS) {
      throw new IllegalArgumentException(count + " vectors: must be 1 to " + MOST_VECTORS);
    }
  }

  /** A place in a table of at most 2^16. */
  static void index(int index) {
    if (index < 0 || index > MOST_INDEX) {
      throw new IllegalArgumentException("index " + index + ": must be 0 to " + MOST_INDEX);
    }
  }

  /** A count or length that may not be 0. */
  static void positive(long value) {
    if (value < 1) {
      throw new IllegalArgumentException(value + ": must be at least 1");
    }
  }

  /** A length in bytes. */
  static void length(long length) {
    if (length < 0) {
      throw new IllegalArgumentException("length " + length + ": must be at least 0");
    }
  }
}
