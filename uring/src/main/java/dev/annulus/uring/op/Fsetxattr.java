// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_FSETXATTR}, as {@code fsetxattr(2)}. The result is 0.
 *
 * @param fd descriptor
 * @param name NUL-terminated name, such as {@code user.comment}
 * @param value value of the attribute
 * @param flags 0, {@code XATTR_CREATE} (1) or {@code XATTR_REPLACE} (2)
 */
public record Fsetxattr(int fd, MemorySegment name, MemorySegment value, int flags)
    implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Fsetxattr {
    Arguments.descriptor(fd);
    Arguments.path(name);
    Arguments.buffer(value);
  }

  @Override
  public int opcode() {
    return Opcode.FSETXATTR;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, name.address(), value.address(), (int) value.byteSize(), flags, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param name address of NUL-terminated name, such as {@code user.comment}
   * @param value address of the value
   * @param length bytes
   * @param flags 0, {@code XATTR_CREATE} (1) or {@code XATTR_REPLACE} (2)
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int fd,
      long name,
      long value,
      int length,
      int flags,
      long tag) {
    SqEntry.fill(entries, at, Opcode.FSETXATTR, fd, value, name, length, tag);
    SqEntry.opFlags(entries, at, flags);
  }
}
