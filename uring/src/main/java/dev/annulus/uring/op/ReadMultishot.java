// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_READ_MULTISHOT}: reads into provided buffers again and again, while {@code
 * IORING_CQE_F_MORE} is set; for files that can be polled. The results are numbers of bytes read,
 * the buffer is in the flags.
 *
 * @param fd descriptor
 * @param group of the provided buffers, 0 to 65535
 * @param offset in the file, or -1 for its own position
 */
public record ReadMultishot(int fd, int group, long offset) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public ReadMultishot {
    Arguments.descriptor(fd);
    Arguments.offset(offset);
    Arguments.index(group);
  }

  @Override
  public int opcode() {
    return Opcode.READ_MULTISHOT;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, group, offset, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param group of the provided buffers, 0 to 65535
   * @param offset in the file, or -1 for its own position
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, int group, long offset, long tag) {
    SqEntry.fill(entries, at, Opcode.READ_MULTISHOT, fd, offset, 0, 0, tag);
    SqEntry.flags(entries, at, SqEntry.IOSQE_BUFFER_SELECT);
    SqEntry.bufIndex(entries, at, group);
  }
}
