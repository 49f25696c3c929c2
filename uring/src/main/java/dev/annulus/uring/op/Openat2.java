// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_OPENAT2}, as {@code openat2(2)}. The result is a descriptor, or as {@code
 * fileIndex} says.
 *
 * @param dir directory descriptor, or -100 ({@code AT_FDCWD})
 * @param path NUL-terminated path
 * @param how {@code struct open_how}, 24 bytes
 * @param fileIndex 0 for a new descriptor; place + 1 for a registered file; {@code
 *     IORING_FILE_INDEX_ALLOC} (-1) for a free place, which is the result
 */
public record Openat2(int dir, MemorySegment path, MemorySegment how, int fileIndex)
    implements Operation {
  /** Bytes of a {@code struct open_how}. */
  public static final int SIZE_OF_OPEN_HOW = 24;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Openat2 {
    Arguments.path(path);
    Arguments.memory(how, SIZE_OF_OPEN_HOW);
  }

  @Override
  public int opcode() {
    return Opcode.OPENAT2;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, dir, path.address(), how.address(), fileIndex, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param dir directory descriptor, or -100 ({@code AT_FDCWD})
   * @param path address of NUL-terminated path
   * @param how address of a {@code struct open_how}
   * @param fileIndex 0 for a new descriptor; place + 1 for a registered file; {@code
   *     IORING_FILE_INDEX_ALLOC} (-1) for a free place, which is the result
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int dir, long path, long how, int fileIndex, long tag) {
    SqEntry.fill(entries, at, Opcode.OPENAT2, dir, how, path, SIZE_OF_OPEN_HOW, tag);
    SqEntry.fileIndex(entries, at, fileIndex);
  }
}
