// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_STATX}, as {@code statx(2)}. The result is 0.
 *
 * @param dir directory descriptor, or the file itself with {@code AT_EMPTY_PATH}
 * @param path NUL-terminated path
 * @param flags {@code AT_*} bits
 * @param mask {@code STATX_*} bits
 * @param statx where {@code struct statx} goes, 256 bytes
 */
public record Statx(int dir, MemorySegment path, int flags, int mask, MemorySegment statx)
    implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Statx {
    Arguments.path(path);
    Arguments.writable(statx, 256);
  }

  @Override
  public int opcode() {
    return Opcode.STATX;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, dir, path.address(), flags, mask, statx.address(), tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param dir directory descriptor, or the file itself with {@code AT_EMPTY_PATH}
   * @param path address of NUL-terminated path
   * @param flags {@code AT_*} bits
   * @param mask {@code STATX_*} bits
   * @param statx address of 256 bytes
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int dir,
      long path,
      int flags,
      int mask,
      long statx,
      long tag) {
    SqEntry.fill(entries, at, Opcode.STATX, dir, statx, path, mask, tag);
    SqEntry.opFlags(entries, at, flags);
  }
}
