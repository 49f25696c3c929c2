// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_LISTEN}, as {@code listen(2)}. The result is 0.
 *
 * @param fd descriptor
 * @param backlog connections that may wait
 */
public record Listen(int fd, int backlog) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Listen {
    Arguments.descriptor(fd);
  }

  @Override
  public int opcode() {
    return Opcode.LISTEN;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, backlog, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param backlog connections that may wait
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, int fd, int backlog, long tag) {
    SqEntry.fill(entries, at, Opcode.LISTEN, fd, 0, 0, backlog, tag);
  }
}
