// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_FTRUNCATE}, as {@code ftruncate(2)}. The result is 0.
 *
 * @param fd descriptor
 * @param length of the file in bytes, at least 0
 */
public record Ftruncate(int fd, long length) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Ftruncate {
    Arguments.descriptor(fd);
    Arguments.length(length);
  }

  @Override
  public int opcode() {
    return Opcode.FTRUNCATE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, length, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param length of the file in bytes, at least 0
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, int fd, long length, long tag) {
    SqEntry.fill(entries, at, Opcode.FTRUNCATE, fd, length, 0, 0, tag);
  }
}
