// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_FADVISE}, as {@code posix_fadvise(2)}. The result is 0.
 *
 * @param fd descriptor
 * @param offset first byte
 * @param length bytes, 0 for all from the offset on
 * @param advice {@code POSIX_FADV_*}
 */
public record Fadvise(int fd, long offset, int length, int advice) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Fadvise {
    Arguments.descriptor(fd);
    Arguments.offset(offset);
    Arguments.length(length);
  }

  @Override
  public int opcode() {
    return Opcode.FADVISE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, offset, length, advice, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param offset first byte
   * @param length bytes, 0 for all from the offset on
   * @param advice {@code POSIX_FADV_*}
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, long offset, int length, int advice, long tag) {
    SqEntry.fill(entries, at, Opcode.FADVISE, fd, offset, 0, length, tag);
    SqEntry.opFlags(entries, at, advice);
  }
}
