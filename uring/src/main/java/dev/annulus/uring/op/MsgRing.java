// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_MSG_RING} with {@code IORING_MSG_DATA}: posts a completion to another ring. The
 * result is 0, also where the other ring is full: the kernel holds the message back then; {@code
 * EOVERFLOW} where it has no memory for that, {@code EBADFD} where the other ring is not enabled.
 *
 * <p>That completion has {@code IORING_CQE_F_MORE}, because it ends no operation of the other ring,
 * which counts those.
 *
 * @param fd descriptor of the other ring, see {@link dev.annulus.uring.KernelRing#fd}
 * @param res result field of that completion
 * @param userData user data of that completion
 */
public record MsgRing(int fd, int res, long userData) implements Operation {
  private static final int IORING_MSG_RING_FLAGS_PASS = 1 << 1;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public MsgRing {
    Arguments.descriptor(fd);
  }

  @Override
  public int opcode() {
    return Opcode.MSG_RING;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, res, userData, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor of the other ring
   * @param res result field of that completion
   * @param userData user data of that completion
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, int res, long userData, long tag) {
    SqEntry.fill(entries, at, Opcode.MSG_RING, fd, userData, 0, res, tag);
    SqEntry.opFlags(entries, at, IORING_MSG_RING_FLAGS_PASS);
    SqEntry.fileIndex(entries, at, CqEntry.IORING_CQE_F_MORE);
  }
}
