// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_FSYNC}, as {@code fsync(2)}: flushes a file to its device. Not ordered after
 * writes that are in flight. The result is 0.
 *
 * @param fd descriptor
 * @param offset first byte to flush, 0 for the whole file
 * @param length bytes to flush, 0 for all from the offset on
 * @param flags 0 or {@link #IORING_FSYNC_DATASYNC}
 */
public record Fsync(int fd, long offset, int length, int flags) implements Operation {
  /** {@code IORING_FSYNC_DATASYNC}: as {@code fdatasync(2)}. */
  public static final int IORING_FSYNC_DATASYNC = 1;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Fsync {
    Arguments.descriptor(fd);
    Arguments.offset(offset);
    Arguments.length(length);
  }

  @Override
  public int opcode() {
    return Opcode.FSYNC;
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
   * @param offset first byte to flush, 0 for the whole file
   * @param length bytes to flush, 0 for all from the offset on
   * @param flags 0 or {@link #IORING_FSYNC_DATASYNC}
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, long offset, int length, int flags, long tag) {
    SqEntry.fill(entries, at, Opcode.FSYNC, fd, offset, 0, length, tag);
    SqEntry.opFlags(entries, at, flags);
  }
}
