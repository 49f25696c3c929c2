// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_WRITE_FIXED}: writes from a part of a registered buffer. The result is the
 * number of bytes written.
 *
 * @param fd descriptor
 * @param index of the registered buffer
 * @param buffer what to write, within the registered buffer
 * @param offset in the file, or -1 for its own position
 */
public record WriteFixed(int fd, int index, MemorySegment buffer, long offset)
    implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public WriteFixed {
    Arguments.descriptor(fd);
    Arguments.buffer(buffer);
    Arguments.offset(offset);
    Arguments.index(index);
  }

  @Override
  public int opcode() {
    return Opcode.WRITE_FIXED;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, index, buffer.address(), (int) buffer.byteSize(), offset, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param index of the registered buffer
   * @param address address of buffer
   * @param length bytes
   * @param offset in the file, or -1 for its own position
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int fd,
      int index,
      long address,
      int length,
      long offset,
      long tag) {
    SqEntry.fill(entries, at, Opcode.WRITE_FIXED, fd, offset, address, length, tag);
    SqEntry.bufIndex(entries, at, index);
  }
}
