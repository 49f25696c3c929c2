// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_MADVISE}, as {@code madvise(2)}. The result is 0.
 *
 * @param buffer whole pages of memory
 * @param advice {@code MADV_*}
 */
public record Madvise(MemorySegment buffer, int advice) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Madvise {
    Arguments.buffer(buffer);
  }

  @Override
  public int opcode() {
    return Opcode.MADVISE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, buffer.address(), (int) buffer.byteSize(), advice, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param address address of buffer
   * @param length bytes
   * @param advice {@code MADV_*}
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, long address, int length, int advice, long tag) {
    SqEntry.fill(entries, at, Opcode.MADVISE, -1, 0, address, length, tag);
    SqEntry.opFlags(entries, at, advice);
  }
}
