// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_READV}, as {@code preadv2(2)}. The result is the number of bytes read, 0 at the
 * end of the file.
 *
 * @param fd descriptor
 * @param iovec {@code struct iovec} of addresses and lengths, 64 bits each; read when the entry is
 *     submitted
 * @param count number of vectors, 1 to 1024
 * @param offset in the file, or -1 for its own position
 * @param flags {@code RWF_*} bits
 */
public record Readv(int fd, MemorySegment iovec, int count, long offset, int flags)
    implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Readv {
    Arguments.descriptor(fd);
    Arguments.memory(iovec, 16L * count);
    Arguments.offset(offset);
    Arguments.vectors(count);
  }

  @Override
  public int opcode() {
    return Opcode.READV;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, iovec.address(), count, offset, flags, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param iovec address of the vectors
   * @param count number of vectors, 1 to 1024
   * @param offset in the file, or -1 for its own position
   * @param flags {@code RWF_*} bits
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int fd,
      long iovec,
      int count,
      long offset,
      int flags,
      long tag) {
    SqEntry.fill(entries, at, Opcode.READV, fd, offset, iovec, count, tag);
    SqEntry.opFlags(entries, at, flags);
  }
}
