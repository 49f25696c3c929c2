// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_READ_FIXED}: reads into a part of a registered buffer. The result is the number
 * of bytes read, 0 at the end of the file.
 *
 * @param fd descriptor
 * @param index of the registered buffer
 * @param buffer where to read to, within the registered buffer
 * @param offset in the file, or -1 for its own position
 */
public record ReadFixed(int fd, int index, MemorySegment buffer, long offset) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public ReadFixed {
    Arguments.descriptor(fd);
    Arguments.writable(buffer);
    Arguments.offset(offset);
    Arguments.index(index);
  }

  @Override
  public int opcode() {
    return Opcode.READ_FIXED;
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
    SqEntry.fill(entries, at, Opcode.READ_FIXED, fd, offset, address, length, tag);
    SqEntry.bufIndex(entries, at, index);
  }
}
