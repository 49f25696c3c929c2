// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_SYMLINKAT}, as {@code symlinkat(2)}. The result is 0.
 *
 * @param target NUL-terminated content of the link
 * @param dir directory of the link, or -100 ({@code AT_FDCWD})
 * @param path NUL-terminated path of the link
 */
public record Symlinkat(MemorySegment target, int dir, MemorySegment path) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Symlinkat {
    Arguments.path(target);
    Arguments.path(path);
  }

  @Override
  public int opcode() {
    return Opcode.SYMLINKAT;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, target.address(), dir, path.address(), tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param target address of NUL-terminated content of the link
   * @param dir directory of the link, or -100 ({@code AT_FDCWD})
   * @param path address of NUL-terminated path of the link
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, long target, int dir, long path, long tag) {
    SqEntry.fill(entries, at, Opcode.SYMLINKAT, dir, path, target, 0, tag);
  }
}
