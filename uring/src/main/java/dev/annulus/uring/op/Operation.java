// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * One operation of Linux's io_uring with its arguments: writes its submission entry, and says what
 * its result means.
 *
 * <p>Operations are values: immutable, of no thread, checked where they are made, so that what
 * reaches the kernel is well formed. They hold on to the memory that they name, and so keep it from
 * being collected; memory of an arena that is closed by hand must stay open until the completion.
 *
 * <p>Each class also has a static {@code prep}, which takes addresses, checks nothing and makes no
 * object: for the raw layer, where memory is the caller's affair.
 *
 * <p>Source: {@code io_uring_enter(2)}; {@code linux/io_uring.h}.
 */
public interface Operation {
  /**
   * Which operation this is.
   *
   * @return a constant of {@link Opcode}
   */
  int opcode();

  /**
   * Writes the entry, all 64 bytes.
   *
   * @param entries memory of entries, such as {@link dev.annulus.uring.Ring#entries}
   * @param at offset of the entry in it
   * @param tag user data, comes back with each completion
   */
  void prepare(MemorySegment entries, long at, long tag);

  /**
   * What its entry asks of the ring, besides the opcode.
   *
   * @return {@code IOSQE_*} bits, of {@link #withFlags}
   */
  default int flags() {
    return 0;
  }

  /**
   * What a completion says.
   *
   * @param res result field of the completion
   * @return as of the system call of the same name, never negative
   * @throws ErrnoException where the operation failed
   */
  default int result(int res) throws ErrnoException {
    // The name is made for errors only: results are asked for on the path.
    return res >= 0 ? res : ErrnoException.check("IORING_OP_" + Opcode.name(opcode()), res);
  }

  /**
   * The same with flags of its entry.
   *
   * @param flags {@code IOSQE_*} bits, but not {@code IOSQE_CQE_SKIP_SUCCESS}: that is for {@link
   *     dev.annulus.uring.SilentChain}, which the ring can count
   * @return an operation
   * @throws IllegalArgumentException where they are no such bits
   */
  default Operation withFlags(int flags) {
    return new Decorated(this, flags, 0, 0);
  }

  /**
   * The same into or from whichever buffer of a group ({@code IOSQE_BUFFER_SELECT}).
   *
   * @param group of provided buffers, 0 to 65535
   * @return an operation
   * @throws IllegalArgumentException where that is out of range
   */
  default Operation withBuffers(int group) {
    return new Decorated(this, SqEntry.IOSQE_BUFFER_SELECT, group, 0);
  }

  /**
   * The same with other credentials than the thread's.
   *
   * @param personality what {@link dev.annulus.uring.Registrations#personality} answered
   * @return an operation
   * @throws IllegalArgumentException where that is not 1 to 65535
   */
  default Operation withPersonality(int personality) {
    Arguments.positive(personality);
    return new Decorated(this, 0, 0, personality);
  }
}
