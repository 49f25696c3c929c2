// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_FGETXATTR}, as {@code fgetxattr(2)}. The result is the size of the value in
 * bytes.
 *
 * @param fd descriptor
 * @param name NUL-terminated name, such as {@code user.comment}
 * @param value where the value goes; empty to ask for its size
 */
public record Fgetxattr(int fd, MemorySegment name, MemorySegment value) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Fgetxattr {
    Arguments.descriptor(fd);
    Arguments.path(name);
    Arguments.writable(value);
  }

  @Override
  public int opcode() {
    return Opcode.FGETXATTR;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, name.address(), value.address(), (int) value.byteSize(), tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param name address of NUL-terminated name, such as {@code user.comment}
   * @param value address of memory for the value
   * @param length bytes
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, long name, long value, int length, long tag) {
    SqEntry.fill(entries, at, Opcode.FGETXATTR, fd, value, name, length, tag);
  }
}
