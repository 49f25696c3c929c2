// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_FUTEX_WAKE}, as {@code futex_wake(2)} on a 32-bit word. The result is the number
 * woken.
 *
 * @param word the word
 * @param count to wake at most
 * @param flags as of {@link FutexWait}
 */
public record FutexWake(MemorySegment word, int count, int flags) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public FutexWake {
    Arguments.memory(word, 4);
    Arguments.positive(count);
  }

  @Override
  public int opcode() {
    return Opcode.FUTEX_WAKE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, word.address(), count, flags, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param word address of the word
   * @param count to wake at most
   * @param flags as of {@link FutexWait}
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, long word, int count, int flags, long tag) {
    SqEntry.fill(
        entries, at, Opcode.FUTEX_WAKE, FutexWait.FUTEX2_SIZE_U32 | flags, count, word, 0, tag);
    SqEntry.addr3(entries, at, FutexWait.FUTEX_BITSET_MATCH_ANY);
  }
}
