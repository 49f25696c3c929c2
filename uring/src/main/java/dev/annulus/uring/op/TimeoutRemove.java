// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_TIMEOUT_REMOVE}: ends a time-out early, which then completes with {@code
 * ECANCELED}. The result is 0; {@code ENOENT} where there is none, {@code EALREADY} where it is
 * expiring.
 *
 * @param target user data of the time-out
 */
public record TimeoutRemove(long target) implements Operation {
  @Override
  public int opcode() {
    return Opcode.TIMEOUT_REMOVE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, target, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param target user data of the time-out
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, long target, long tag) {
    SqEntry.fill(entries, at, Opcode.TIMEOUT_REMOVE, -1, 0, target, 0, tag);
  }
}
