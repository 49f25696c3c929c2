// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_SETXATTR}, as {@code setxattr(2)}. The result is 0.
 *
 * @param path NUL-terminated path
 * @param name NUL-terminated name, such as {@code user.comment}
 * @param value value of the attribute
 * @param flags 0, {@code XATTR_CREATE} (1) or {@code XATTR_REPLACE} (2)
 */
public record Setxattr(MemorySegment path, MemorySegment name, MemorySegment value, int flags)
    implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Setxattr {
    Arguments.path(path);
    Arguments.path(name);
    Arguments.buffer(value);
  }

  @Override
  public int opcode() {
    return Opcode.SETXATTR;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(
        entries,
        at,
        path.address(),
        name.address(),
        value.address(),
        (int) value.byteSize(),
        flags,
        tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param path address of NUL-terminated path
   * @param name address of NUL-terminated name, such as {@code user.comment}
   * @param value address of the value
   * @param length bytes
   * @param flags 0, {@code XATTR_CREATE} (1) or {@code XATTR_REPLACE} (2)
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      long path,
      long name,
      long value,
      int length,
      int flags,
      long tag) {
    SqEntry.fill(entries, at, Opcode.SETXATTR, -1, value, name, length, tag);
    SqEntry.opFlags(entries, at, flags);
    SqEntry.addr3(entries, at, path);
  }
}
