// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_FUTEX_WAIT}, as {@code futex_wait(2)} on a 32-bit word. The result is 0 when
 * woken, {@code EAGAIN} where the value differs.
 *
 * @param word the word; stays until the completion
 * @param expected wait only while it has this value
 * @param flags 0, or {@link #FUTEX2_PRIVATE} where no other process shares the word
 */
public record FutexWait(MemorySegment word, int expected, int flags) implements Operation {
  /** {@code FUTEX2_SIZE_U32}: set by this class. */
  public static final int FUTEX2_SIZE_U32 = 2;

  /** {@code FUTEX2_PRIVATE}. */
  public static final int FUTEX2_PRIVATE = 128;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public FutexWait {
    Arguments.memory(word, 4);
  }

  @Override
  public int opcode() {
    return Opcode.FUTEX_WAIT;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, word.address(), expected, flags, tag);
  }

  static final long FUTEX_BITSET_MATCH_ANY = 0xffff_ffffL;

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param word address of the word
   * @param expected wait only while it has this value
   * @param flags 0, or {@link #FUTEX2_PRIVATE} where no other process shares the word
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, long word, int expected, int flags, long tag) {
    SqEntry.fill(
        entries,
        at,
        Opcode.FUTEX_WAIT,
        FUTEX2_SIZE_U32 | flags,
        expected & 0xffff_ffffL,
        word,
        0,
        tag);
    SqEntry.addr3(entries, at, FUTEX_BITSET_MATCH_ANY);
  }
}
