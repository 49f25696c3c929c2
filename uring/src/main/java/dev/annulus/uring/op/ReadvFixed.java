// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_READV_FIXED}: reads into several parts of a registered buffer. The result is the
 * number of bytes read.
 *
 * @param fd descriptor
 * @param index of the registered buffer
 * @param iovec {@code struct iovec} of addresses and lengths, 64 bits each; read when the entry is
 *     submitted
 * @param count number of vectors, 1 to 1024
 * @param offset in the file, or -1 for its own position
 */
public record ReadvFixed(int fd, int index, MemorySegment iovec, int count, long offset)
    implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public ReadvFixed {
    Arguments.descriptor(fd);
    Arguments.memory(iovec, 16L * count);
    Arguments.offset(offset);
    Arguments.vectors(count);
    Arguments.index(index);
  }

  @Override
  public int opcode() {
    return Opcode.READV_FIXED;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, index, iovec.address(), count, offset, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param index of the registered buffer
   * @param iovec address of the vectors
   * @param count number of vectors, 1 to 1024
   * @param offset in the file, or -1 for its own position
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int fd,
      int index,
      long iovec,
      int count,
      long offset,
      long tag) {
    SqEntry.fill(entries, at, Opcode.READV_FIXED, fd, offset, iovec, count, tag);
    SqEntry.bufIndex(entries, at, index);
  }
}
