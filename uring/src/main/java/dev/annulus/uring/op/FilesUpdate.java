// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_FILES_UPDATE}: puts files into the table of registered files. The result is the
 * number put there.
 *
 * @param descriptors descriptors of 32 bits each, -1 to empty a place; stays until the completion.
 *     With offset -1 ({@code IORING_FILE_INDEX_ALLOC}) the places that were chosen are written to
 *     it
 * @param count number of descriptors, more than 0
 * @param offset first place, or -1 for free places
 */
public record FilesUpdate(MemorySegment descriptors, int count, int offset) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public FilesUpdate {
    Arguments.writable(descriptors, 4L * count);
    Arguments.positive(count);
  }

  @Override
  public int opcode() {
    return Opcode.FILES_UPDATE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, descriptors.address(), count, offset, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param descriptors address of the descriptors
   * @param count number of descriptors, more than 0
   * @param offset first place, or -1 for free places
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, long descriptors, int count, int offset, long tag) {
    SqEntry.fill(
        entries, at, Opcode.FILES_UPDATE, -1, offset & 0xffff_ffffL, descriptors, count, tag);
  }
}
