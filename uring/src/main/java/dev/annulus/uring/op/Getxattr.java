// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_GETXATTR}, as {@code getxattr(2)}. The result is the size of the value in bytes.
 *
 * @param path NUL-terminated path
 * @param name NUL-terminated name, such as {@code user.comment}
 * @param value where the value goes; empty to ask for its size
 */
public record Getxattr(MemorySegment path, MemorySegment name, MemorySegment value)
    implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Getxattr {
    Arguments.path(path);
    Arguments.path(name);
    Arguments.writable(value);
  }

  @Override
  public int opcode() {
    return Opcode.GETXATTR;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, path.address(), name.address(), value.address(), (int) value.byteSize(), tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param path address of NUL-terminated path
   * @param name address of NUL-terminated name, such as {@code user.comment}
   * @param value address of memory for the value
   * @param length bytes
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, long path, long name, long value, int length, long tag) {
    SqEntry.fill(entries, at, Opcode.GETXATTR, -1, value, name, length, tag);
    SqEntry.addr3(entries, at, path);
  }
}
