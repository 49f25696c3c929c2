// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import java.lang.foreign.MemorySegment;

/**
 * The three calls of io_uring: {@code io_uring_setup(2)}, {@code _enter(2)}, {@code _register(2)}.
 */
public final class Uring {
  private Uring() {}

  /**
   * {@code io_uring_setup(2)}.
   *
   * @param entries submission queue entries
   * @param params {@link UringParams#SIZE} bytes, read and written
   * @return the ring's descriptor or {@code -errno}
   */
  public static int setup(int entries, MemorySegment params) {
    return (int) Syscall.call(Syscall.IO_URING_SETUP, entries, params.address(), 0, 0, 0, 0);
  }

  /**
   * {@code io_uring_enter(2)}. Blocks where {@code minComplete} is not 0.
   *
   * @param capture the ring owner's errno cell, see {@link #newCapture}
   * @param fd the ring's descriptor, or its registered index
   * @param toSubmit entries to submit
   * @param minComplete completions to wait for
   * @param flags {@code IORING_ENTER_*} bits
   * @param argument address of a {@code sigset_t} or {@code io_uring_getevents_arg}, or 0
   * @param size size of the argument
   * @return entries consumed or {@code -errno}
   */
  public static int enter(
      MemorySegment capture,
      int fd,
      int toSubmit,
      int minComplete,
      int flags,
      long argument,
      long size) {
    return (int)
        Syscall.call(
            capture, Syscall.IO_URING_ENTER, fd, toSubmit, minComplete, flags, argument, size);
  }

  /**
   * {@code io_uring_enter(2)} with neither argument nor time-out, as fast as it can be called: an
   * error is not told apart. A call that fails has submitted nothing, so {@link #enter} may be
   * called in its place to learn the errno. Blocks where {@code minComplete} is not 0.
   *
   * @param fd the ring's descriptor, or its registered index
   * @param toSubmit entries to submit
   * @param minComplete completions to wait for
   * @param flags {@code IORING_ENTER_*} bits
   * @return entries consumed, or -1 for any error
   */
  public static int enterWithoutErrno(int fd, int toSubmit, int minComplete, int flags) {
    return (int)
        Syscall.callWithoutErrno(Syscall.IO_URING_ENTER, fd, toSubmit, minComplete, flags, 0, 0);
  }

  /**
   * {@code io_uring_register(2)}.
   *
   * @param fd the ring's descriptor
   * @param opcode {@code IORING_REGISTER_*}
   * @param argument the opcode's structure, or {@link MemorySegment#NULL}
   * @param count its number of elements
   * @return at least 0, or {@code -errno}
   */
  public static int register(int fd, int opcode, MemorySegment argument, int count) {
    return (int)
        Syscall.call(Syscall.IO_URING_REGISTER, fd, opcode, argument.address(), count, 0, 0);
  }

  /**
   * An errno cell for one thread's calls of {@link #enter}, so that the path looks nothing up.
   *
   * @return the calling thread's cell
   */
  public static MemorySegment newCapture() {
    return Native.capture();
  }
}
