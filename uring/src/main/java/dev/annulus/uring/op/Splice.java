// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_SPLICE}, as {@code splice(2)}: moves data between two files, of which one is a
 * pipe, without a copy through user space. The result is the number of bytes moved.
 *
 * @param in descriptor to take from, or place of a registered file with {@link
 *     #SPLICE_F_FD_IN_FIXED}
 * @param inOffset in that file, or -1 for its own position or a pipe
 * @param out descriptor to give to
 * @param outOffset in that file, or -1 for its own position or a pipe
 * @param length bytes at most
 * @param flags {@code SPLICE_F_*} bits
 */
public record Splice(int in, long inOffset, int out, long outOffset, int length, int flags)
    implements Operation {
  /** {@code SPLICE_F_FD_IN_FIXED}: {@code in} is a registered file. */
  public static final int SPLICE_F_FD_IN_FIXED = 1 << 31;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Splice {
    Arguments.descriptor(in);
    Arguments.descriptor(out);
    Arguments.offset(inOffset);
    Arguments.offset(outOffset);
    Arguments.length(length);
  }

  @Override
  public int opcode() {
    return Opcode.SPLICE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, in, inOffset, out, outOffset, length, flags, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param in descriptor to take from, or place of a registered file with {@link
   *     #SPLICE_F_FD_IN_FIXED}
   * @param inOffset in that file, or -1 for its own position or a pipe
   * @param out descriptor to give to
   * @param outOffset in that file, or -1 for its own position or a pipe
   * @param length bytes at most
   * @param flags {@code SPLICE_F_*} bits
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int in,
      long inOffset,
      int out,
      long outOffset,
      int length,
      int flags,
      long tag) {
    SqEntry.fill(entries, at, Opcode.SPLICE, out, outOffset, inOffset, length, tag);
    SqEntry.opFlags(entries, at, flags);
    SqEntry.fileIndex(entries, at, in);
  }
}
