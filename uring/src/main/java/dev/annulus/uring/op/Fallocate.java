// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_FALLOCATE}, as {@code fallocate(2)}. The result is 0.
 *
 * @param fd descriptor
 * @param mode 0 or {@code FALLOC_FL_*} bits
 * @param offset first byte
 * @param length bytes, more than 0
 */
public record Fallocate(int fd, int mode, long offset, long length) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Fallocate {
    Arguments.descriptor(fd);
    Arguments.offset(offset);
    Arguments.positive(length);
  }

  @Override
  public int opcode() {
    return Opcode.FALLOCATE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, mode, offset, length, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param mode 0 or {@code FALLOC_FL_*} bits
   * @param offset first byte
   * @param length bytes, more than 0
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, int mode, long offset, long length, long tag) {
    SqEntry.fill(entries, at, Opcode.FALLOCATE, fd, offset, length, mode, tag);
  }
}
