// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_UNLINKAT}, as {@code unlinkat(2)}. The result is 0.
 *
 * @param dir directory descriptor, or -100 ({@code AT_FDCWD})
 * @param path NUL-terminated path
 * @param flags 0, or {@link #AT_REMOVEDIR}
 */
public record Unlinkat(int dir, MemorySegment path, int flags) implements Operation {
  /** {@code AT_REMOVEDIR}: the path is that of a directory. */
  public static final int AT_REMOVEDIR = 0x200;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Unlinkat {
    Arguments.path(path);
  }

  @Override
  public int opcode() {
    return Opcode.UNLINKAT;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, dir, path.address(), flags, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param dir directory descriptor, or -100 ({@code AT_FDCWD})
   * @param path address of NUL-terminated path
   * @param flags 0, or {@link #AT_REMOVEDIR}
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, int dir, long path, int flags, long tag) {
    SqEntry.fill(entries, at, Opcode.UNLINKAT, dir, 0, path, 0, tag);
    SqEntry.opFlags(entries, at, flags);
  }
}
