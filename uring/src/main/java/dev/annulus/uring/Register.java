// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.annulus.ffi.Uring;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code io_uring_register(2)} on one ring, by its owner, outside of completion handlers. */
final class Register {
  private static final int IORING_RSRC_REGISTER_SPARSE = 1;

  /** {@code struct io_uring_rsrc_register}: nr u32, flags u32, resv u64, data u64, tags u64. */
  private static final int RSRC_REGISTER = 32;

  private final int ring;
  private final Owner owner;

  Register(int ring, Owner owner) {
    this.ring = ring;
    this.owner = owner;
  }

  /**
   * One call.
   *
   * @param invalid what EINVAL says about the arguments, where the kernel knows the registration
   */
  int call(RegisterOp op, MemorySegment argument, int count, String invalid) throws ErrnoException {
    owner.checkOutside();
    int result = Uring.register(ring, op.number(), argument, count);
    if (result < 0) {
      throw new ErrnoException(name(op), -result, reason(op, -result, invalid));
    }
    return result;
  }

  /** Refuses other threads, handlers, and everybody after the end: where there may be no call. */
  void check() {
    owner.checkOutside();
  }

  /** Whether the ring, and with it every registration, has ended. */
  boolean isClosed() {
    return owner.isClosed();
  }

  /** A table of empty places. */
  void sparse(RegisterOp op, int places) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment table = arena.allocate(RSRC_REGISTER, 8);
      table.set(JAVA_INT, 0, places);
      table.set(JAVA_INT, 4, IORING_RSRC_REGISTER_SPARSE);
      call(op, table, RSRC_REGISTER, "that are too many places");
    }
  }

  /** A registration's end. */
  void end(RegisterOp op) throws ErrnoException {
    call(op, MemorySegment.NULL, 0, "there is nothing to end");
  }

  private static String name(RegisterOp op) {
    return "io_uring_register(IORING_" + op + ")";
  }

  private static String reason(RegisterOp op, int errno, String invalid) {
    return switch (errno) {
      case Errno.EINVAL -> "the kernel is older than Linux " + op.since() + ", or " + invalid;
      case Errno.EACCES ->
          "the ring's restrictions forbid it: Restrictions.allow(RegisterOp." + op + ")";
      case Errno.EBADFD -> "the ring is in the wrong state: this goes before Registrations.enable";
      default -> remedy(errno);
    };
  }

  /** What the stand-in throws where it cannot register. */
  static ErrnoException failure(RegisterOp op, int errno) {
    return failure(name(op), errno);
  }

  /** The same, where a call of another name says so. */
  static ErrnoException failure(String call, int errno) {
    return new ErrnoException(call, errno, remedy(errno));
  }

  /** The likely cause of a refused registration. */
  private static String remedy(int errno) {
    return switch (errno) {
      case Errno.ENXIO -> "there is no table: register one first";
      case Errno.EBUSY -> "there is one already: end its registration first";
      case Errno.EMFILE -> "more places than descriptors allowed: raise ulimit -n";
      case Errno.EBADF -> "no such descriptor is open";
      case Errno.EFAULT -> "a buffer is not memory that can be read and written, or is empty";
      case Errno.EINVAL -> "a place beyond the table, or too many entries";
      case Errno.EOPNOTSUPP -> "a buffer is of a kind of memory that cannot be pinned";
      default -> Refusal.reason(errno);
    };
  }

  /** The kernel cannot reach the heap: an address there is an offset that means nothing to it. */
  static void requireNative(MemorySegment... buffers) {
    for (MemorySegment buffer : buffers) {
      if (!buffer.isNative()) {
        throw new IllegalArgumentException(buffer + " is on the heap: register native memory");
      }
    }
  }

  static int checkPlaces(int count) {
    if (count < 0) {
      throw new IllegalArgumentException(count + " places for files");
    }
    return count;
  }

  /** A place in a table, to so many more. */
  static void checkPlace(int place, int count) {
    if (place < 0 || count < 1 || place > Integer.MAX_VALUE - count) {
      throw new IllegalArgumentException(
          "places " + place + " to " + ((long) place + count - 1) + ": at least one, from 0");
    }
  }
}
