// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_READ}, as {@code preadv2(2)} with one buffer. The result is the number of bytes
 * read, 0 at the end of the file.
 *
 * @param fd descriptor
 * @param buffer where to read to, all of it: native, writable, at most 2 GiB
 * @param offset in the file, or -1 for its own position
 * @param flags {@code RWF_*} bits
 */
public record Read(int fd, MemorySegment buffer, long offset, int flags) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Read {
    Arguments.descriptor(fd);
    Arguments.writable(buffer);
    Arguments.offset(offset);
  }

  @Override
  public int opcode() {
    return Opcode.READ;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, buffer.address(), (int) buffer.byteSize(), offset, flags, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param address address of buffer
   * @param length bytes
   * @param offset in the file, or -1 for its own position
   * @param flags {@code RWF_*} bits
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int fd,
      long address,
      int length,
      long offset,
      int flags,
      long tag) {
    SqEntry.fill(entries, at, Opcode.READ, fd, offset, address, length, tag);
    SqEntry.opFlags(entries, at, flags);
  }
}
