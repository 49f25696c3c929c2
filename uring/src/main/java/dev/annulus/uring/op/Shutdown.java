// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_SHUTDOWN}, as {@code shutdown(2)}. The result is 0.
 *
 * @param fd descriptor
 * @param how {@code SHUT_RD} (0), {@code SHUT_WR} (1) or {@code SHUT_RDWR} (2)
 */
public record Shutdown(int fd, int how) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Shutdown {
    Arguments.descriptor(fd);
  }

  @Override
  public int opcode() {
    return Opcode.SHUTDOWN;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, how, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param how {@code SHUT_RD} (0), {@code SHUT_WR} (1) or {@code SHUT_RDWR} (2)
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, int fd, int how, long tag) {
    SqEntry.fill(entries, at, Opcode.SHUTDOWN, fd, 0, 0, how, tag);
  }
}
