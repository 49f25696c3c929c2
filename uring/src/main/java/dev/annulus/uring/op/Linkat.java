// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_LINKAT}, as {@code linkat(2)}. The result is 0.
 *
 * @param oldDir directory of the old path, or -100 ({@code AT_FDCWD})
 * @param oldPath NUL-terminated path
 * @param newDir directory of the new path
 * @param newPath NUL-terminated path
 * @param flags {@code AT_SYMLINK_FOLLOW}, {@code AT_EMPTY_PATH}
 */
public record Linkat(
    int oldDir, MemorySegment oldPath, int newDir, MemorySegment newPath, int flags)
    implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Linkat {
    Arguments.path(oldPath);
    Arguments.path(newPath);
  }

  @Override
  public int opcode() {
    return Opcode.LINKAT;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, oldDir, oldPath.address(), newDir, newPath.address(), flags, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param oldDir directory of the old path, or -100 ({@code AT_FDCWD})
   * @param oldPath address of NUL-terminated path
   * @param newDir directory of the new path
   * @param newPath address of NUL-terminated path
   * @param flags {@code AT_SYMLINK_FOLLOW}, {@code AT_EMPTY_PATH}
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int oldDir,
      long oldPath,
      int newDir,
      long newPath,
      int flags,
      long tag) {
    SqEntry.fill(entries, at, Opcode.LINKAT, oldDir, newPath, oldPath, newDir, tag);
    SqEntry.opFlags(entries, at, flags);
  }
}
