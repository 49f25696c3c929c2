// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_RECV_ZC}: receives without a copy, into memory registered with a network card's
 * queue; multishot. Completions are extended.
 *
 * @param fd descriptor
 * @param queue index of the registered interface queue
 */
public record RecvZc(int fd, int queue) implements Operation {
  /** {@code IORING_RECV_MULTISHOT}: set by this class, because the kernel demands it. */
  public static final int IORING_RECV_MULTISHOT = 1 << 1;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public RecvZc {
    Arguments.descriptor(fd);
    Arguments.index(queue);
  }

  @Override
  public int opcode() {
    return Opcode.RECV_ZC;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, queue, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param queue index of the registered interface queue
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, int fd, int queue, long tag) {
    SqEntry.fill(entries, at, Opcode.RECV_ZC, fd, 0, 0, 0, tag);
    SqEntry.ioprio(entries, at, IORING_RECV_MULTISHOT);
    SqEntry.fileIndex(entries, at, queue);
  }
}
