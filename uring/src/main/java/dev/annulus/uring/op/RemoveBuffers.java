// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_REMOVE_BUFFERS}: takes buffers of a group back. The result is the number taken
 * back.
 *
 * @param count number of buffers, 1 to 65536
 * @param group of the buffers, 0 to 65535
 */
public record RemoveBuffers(int count, int group) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public RemoveBuffers {
    Arguments.positive(count);
    Arguments.index(group);
  }

  @Override
  public int opcode() {
    return Opcode.REMOVE_BUFFERS;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, count, group, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param count number of buffers, 1 to 65536
   * @param group of the buffers, 0 to 65535
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, int count, int group, long tag) {
    SqEntry.fill(entries, at, Opcode.REMOVE_BUFFERS, count, 0, 0, 0, tag);
    SqEntry.bufIndex(entries, at, group);
  }
}
