// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/** {@code IORING_OP_NOP}: does nothing. The result is 0. */
public record Nop() implements Operation {
  /** {@code IORING_NOP_CQE32}: complete with an extended entry (Linux 6.18). */
  public static final int IORING_NOP_CQE32 = 1 << 5;

  @Override
  public int opcode() {
    return Opcode.NOP;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, long tag) {
    SqEntry.fill(entries, at, Opcode.NOP, -1, 0, 0, 0, tag);
  }

  /**
   * Writes the entry of a no-op whose completion is extended. For rings with {@link
   * dev.annulus.uring.SetupFlag#CQE_MIXED} or {@link dev.annulus.uring.SetupFlag#CQE32}; others
   * answer {@code -EINVAL}.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param extra1 comes back in the completion
   * @param extra2 comes back in the completion
   * @param tag user data
   */
  public static void extended(MemorySegment entries, long at, long extra1, long extra2, long tag) {
    SqEntry.fill(entries, at, Opcode.NOP, -1, extra1, extra2, 0, tag);
    SqEntry.opFlags(entries, at, IORING_NOP_CQE32);
  }
}
