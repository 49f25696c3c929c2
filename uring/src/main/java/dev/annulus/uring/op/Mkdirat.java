// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_MKDIRAT}, as {@code mkdirat(2)}. The result is 0.
 *
 * @param dir directory descriptor, or -100 ({@code AT_FDCWD})
 * @param path NUL-terminated path
 * @param mode permissions of the new directory
 */
public record Mkdirat(int dir, MemorySegment path, int mode) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Mkdirat {
    Arguments.path(path);
  }

  @Override
  public int opcode() {
    return Opcode.MKDIRAT;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, dir, path.address(), mode, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param dir directory descriptor, or -100 ({@code AT_FDCWD})
   * @param path address of NUL-terminated path
   * @param mode permissions of the new directory
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, int dir, long path, int mode, long tag) {
    SqEntry.fill(entries, at, Opcode.MKDIRAT, dir, 0, path, mode, tag);
  }
}
