// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_TEE}, as {@code tee(2)}: copies from one pipe to another, without taking it. The
 * result is the number of bytes.
 *
 * @param in pipe to copy from
 * @param out pipe to copy to
 * @param length bytes at most
 * @param flags {@code SPLICE_F_*} bits
 */
public record Tee(int in, int out, int length, int flags) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Tee {
    Arguments.descriptor(in);
    Arguments.descriptor(out);
    Arguments.length(length);
  }

  @Override
  public int opcode() {
    return Opcode.TEE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, in, out, length, flags, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param in pipe to copy from
   * @param out pipe to copy to
   * @param length bytes at most
   * @param flags {@code SPLICE_F_*} bits
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int in, int out, int length, int flags, long tag) {
    SqEntry.fill(entries, at, Opcode.TEE, out, 0, 0, length, tag);
    SqEntry.opFlags(entries, at, flags);
    SqEntry.fileIndex(entries, at, in);
  }
}
