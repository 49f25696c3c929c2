// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_SYNC_FILE_RANGE}, as {@code sync_file_range(2)}, with all its warnings. The
 * result is 0.
 *
 * @param fd descriptor
 * @param offset first byte
 * @param length bytes, 0 for all from the offset on
 * @param flags {@code SYNC_FILE_RANGE_*} bits
 */
public record SyncFileRange(int fd, long offset, int length, int flags) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public SyncFileRange {
    Arguments.descriptor(fd);
    Arguments.offset(offset);
    Arguments.length(length);
  }

  @Override
  public int opcode() {
    return Opcode.SYNC_FILE_RANGE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, offset, length, flags, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param offset first byte
   * @param length bytes, 0 for all from the offset on
   * @param flags {@code SYNC_FILE_RANGE_*} bits
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, long offset, int length, int flags, long tag) {
    SqEntry.fill(entries, at, Opcode.SYNC_FILE_RANGE, fd, offset, 0, length, tag);
    SqEntry.opFlags(entries, at, flags);
  }
}
