// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_FUTEX_WAITV}, as {@code futex_waitv(2)}: waits for one of several words. The
 * result is the index of a word that was woken.
 *
 * @param waiters {@code struct futex_waitv}, 24 bytes each; stays until the completion
 * @param count of words, 1 to 128
 */
public record FutexWaitv(MemorySegment waiters, int count) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public FutexWaitv {
    Arguments.memory(waiters, 24L * count);
    Arguments.positive(count);
  }

  @Override
  public int opcode() {
    return Opcode.FUTEX_WAITV;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, waiters.address(), count, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param waiters address of the waiters
   * @param count of words, 1 to 128
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, long waiters, int count, long tag) {
    SqEntry.fill(entries, at, Opcode.FUTEX_WAITV, 0, 0, waiters, count, tag);
  }
}
