// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_MSG_RING} with {@code IORING_MSG_SEND_FD}: gives a registered file to another
 * ring. The result is 0, or with {@code IORING_FILE_INDEX_ALLOC} the place there.
 *
 * <p>The other ring gets no completion ({@code IORING_MSG_RING_CQE_SKIP}): tell it with a {@link
 * MsgRing} that is linked to this.
 *
 * @param fd descriptor of the other ring, see {@link dev.annulus.uring.KernelRing#fd}
 * @param source place of the file in this ring
 * @param fileIndex place + 1 in the other ring, or {@code IORING_FILE_INDEX_ALLOC} (-1)
 */
public record MsgRingFd(int fd, int source, int fileIndex) implements Operation {
  private static final int IORING_MSG_SEND_FD = 1;
  private static final int IORING_MSG_RING_CQE_SKIP = 1;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public MsgRingFd {
    Arguments.descriptor(fd);
    Arguments.index(source);
  }

  @Override
  public int opcode() {
    return Opcode.MSG_RING;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, source, fileIndex, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor of the other ring
   * @param source place of the file in this ring
   * @param fileIndex place + 1 in the other ring, or {@code IORING_FILE_INDEX_ALLOC} (-1)
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, int source, int fileIndex, long tag) {
    SqEntry.fill(entries, at, Opcode.MSG_RING, fd, 0, IORING_MSG_SEND_FD, 0, tag);
    SqEntry.addr3(entries, at, source);
    SqEntry.opFlags(entries, at, IORING_MSG_RING_CQE_SKIP);
    SqEntry.fileIndex(entries, at, fileIndex);
  }
}
