// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_SEND_ZC}: sends without a copy. It completes twice: first with the number of
 * bytes sent, and {@code IORING_CQE_F_MORE} where the second is to come; then with {@code
 * IORING_CQE_F_NOTIF}, when the buffer may be used again. {@code result} is for the first.
 *
 * @param fd descriptor
 * @param buffer what to send; the kernel's until the second completion
 * @param flags {@code MSG_*} bits
 * @param zcFlags {@code IORING_RECVSEND_*} and {@code IORING_SEND_ZC_*} bits
 */
public record SendZc(int fd, MemorySegment buffer, int flags, int zcFlags) implements Operation {
  /** {@code IORING_RECVSEND_FIXED_BUF}: the buffer is registered. */
  public static final int IORING_RECVSEND_FIXED_BUF = 1 << 2;

  /**
   * {@code IORING_SEND_ZC_REPORT_USAGE}: the second completion says whether it was copied after
   * all.
   */
  public static final int IORING_SEND_ZC_REPORT_USAGE = 1 << 3;

  /** {@code IORING_NOTIF_USAGE_ZC_COPIED}: result of the second completion where it was. */
  public static final int IORING_NOTIF_USAGE_ZC_COPIED = 1 << 31;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public SendZc {
    Arguments.descriptor(fd);
    Arguments.buffer(buffer);
  }

  /**
   * Whether a completion is the second, with which the buffer is ours again. Its {@code res} is not
   * the operation's result. Where the first has no {@code IORING_CQE_F_MORE}, there is no second.
   *
   * @param flags the completion's
   * @return false for the first
   */
  public static boolean isRelease(int flags) {
    return (flags & CqEntry.IORING_CQE_F_NOTIF) != 0;
  }

  @Override
  public int opcode() {
    return Opcode.SEND_ZC;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, buffer.address(), (int) buffer.byteSize(), flags, zcFlags, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param address address of buffer
   * @param length bytes
   * @param flags {@code MSG_*} bits
   * @param zcFlags {@code IORING_RECVSEND_*} and {@code IORING_SEND_ZC_*} bits
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int fd,
      long address,
      int length,
      int flags,
      int zcFlags,
      long tag) {
    SqEntry.fill(entries, at, Opcode.SEND_ZC, fd, 0, address, length, tag);
    SqEntry.opFlags(entries, at, flags);
    SqEntry.ioprio(entries, at, zcFlags);
  }
}
