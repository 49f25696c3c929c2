// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_OPENAT}, as {@code openat(2)}. The result is a descriptor, or as {@code
 * fileIndex} says.
 *
 * @param dir directory descriptor, or -100 ({@code AT_FDCWD})
 * @param path NUL-terminated path
 * @param flags {@code O_*} bits
 * @param mode permissions of a new file
 * @param fileIndex 0 for a new descriptor; place + 1 for a registered file; {@code
 *     IORING_FILE_INDEX_ALLOC} (-1) for a free place, which is the result
 */
public record Openat(int dir, MemorySegment path, int flags, int mode, int fileIndex)
    implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Openat {
    Arguments.path(path);
  }

  @Override
  public int opcode() {
    return Opcode.OPENAT;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, dir, path.address(), flags, mode, fileIndex, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param dir directory descriptor, or -100 ({@code AT_FDCWD})
   * @param path address of NUL-terminated path
   * @param flags {@code O_*} bits
   * @param mode permissions of a new file
   * @param fileIndex 0 for a new descriptor; place + 1 for a registered file; {@code
   *     IORING_FILE_INDEX_ALLOC} (-1) for a free place, which is the result
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int dir,
      long path,
      int flags,
      int mode,
      int fileIndex,
      long tag) {
    SqEntry.fill(entries, at, Opcode.OPENAT, dir, 0, path, mode, tag);
    SqEntry.opFlags(entries, at, flags);
    SqEntry.fileIndex(entries, at, fileIndex);
  }
}
