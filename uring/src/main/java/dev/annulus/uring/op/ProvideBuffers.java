// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_PROVIDE_BUFFERS}: gives a group of buffers to the kernel, of which operations
 * with {@code IOSQE_BUFFER_SELECT} take one each. The older way: buffer rings cost less. The result
 * is 0.
 *
 * @param buffers memory of all of them, one behind the other; the kernel's until taken or removed
 * @param length bytes of each, more than 0
 * @param count number of buffers, 1 to 65536
 * @param group of the buffers, 0 to 65535
 * @param first id of the first buffer
 */
public record ProvideBuffers(MemorySegment buffers, int length, int count, int group, int first)
    implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public ProvideBuffers {
    Arguments.writable(buffers, (long) length * count);
    Arguments.positive(length);
    Arguments.positive(count);
    Arguments.index(group);
    Arguments.index(first);
  }

  @Override
  public int opcode() {
    return Opcode.PROVIDE_BUFFERS;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, buffers.address(), length, count, group, first, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param buffers address of the buffers
   * @param length bytes of each, more than 0
   * @param count number of buffers, 1 to 65536
   * @param group of the buffers, 0 to 65535
   * @param first id of the first buffer
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      long buffers,
      int length,
      int count,
      int group,
      int first,
      long tag) {
    SqEntry.fill(entries, at, Opcode.PROVIDE_BUFFERS, count, first, buffers, length, tag);
    SqEntry.bufIndex(entries, at, group);
  }
}
