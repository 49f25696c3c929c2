// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_ASYNC_CANCEL}: cancels what is in flight, which then completes with {@code
 * ECANCELED} if it was early enough. The result is 0, or with {@link #IORING_ASYNC_CANCEL_ALL} the
 * number found; {@code ENOENT} where there is none, {@code EALREADY} where it cannot be stopped any
 * more.
 *
 * @param target user data of the operation, or the opcode-independent 0 with other keys
 * @param fd descriptor with {@link #IORING_ASYNC_CANCEL_FD}, otherwise -1
 * @param code opcode with {@link #IORING_ASYNC_CANCEL_OP}, otherwise 0
 * @param flags {@code IORING_ASYNC_CANCEL_*} bits; 0 is by user data
 */
public record AsyncCancel(long target, int fd, int code, int flags) implements Operation {
  /** {@code IORING_ASYNC_CANCEL_ALL}: all that match, not only the first. */
  public static final int IORING_ASYNC_CANCEL_ALL = 1;

  /** {@code IORING_ASYNC_CANCEL_FD}: by descriptor. */
  public static final int IORING_ASYNC_CANCEL_FD = 1 << 1;

  /** {@code IORING_ASYNC_CANCEL_ANY}: whatever it is. */
  public static final int IORING_ASYNC_CANCEL_ANY = 1 << 2;

  /** {@code IORING_ASYNC_CANCEL_FD_FIXED}: the descriptor is a registered file. */
  public static final int IORING_ASYNC_CANCEL_FD_FIXED = 1 << 3;

  /** {@code IORING_ASYNC_CANCEL_USERDATA}: by user data, besides other keys. */
  public static final int IORING_ASYNC_CANCEL_USERDATA = 1 << 4;

  /** {@code IORING_ASYNC_CANCEL_OP}: by opcode. */
  public static final int IORING_ASYNC_CANCEL_OP = 1 << 5;

  @Override
  public int opcode() {
    return Opcode.ASYNC_CANCEL;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, target, fd, code, flags, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param target user data of the operation, or the opcode-independent 0 with other keys
   * @param fd descriptor with {@link #IORING_ASYNC_CANCEL_FD}, otherwise -1
   * @param code opcode with {@link #IORING_ASYNC_CANCEL_OP}, otherwise 0
   * @param flags {@code IORING_ASYNC_CANCEL_*} bits; 0 is by user data
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, long target, int fd, int code, int flags, long tag) {
    SqEntry.fill(entries, at, Opcode.ASYNC_CANCEL, fd, 0, target, code, tag);
    SqEntry.opFlags(entries, at, flags);
  }
}
