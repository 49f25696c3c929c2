// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_PIPE}, as {@code pipe2(2)}. The result is 0.
 *
 * @param descriptors where both ends go, 32 bits each: to read from, to write to
 * @param flags {@code O_CLOEXEC}, {@code O_NONBLOCK} and others
 * @param fileIndex 0 for a new descriptor; place + 1 for a registered file; {@code
 *     IORING_FILE_INDEX_ALLOC} (-1) for a free place, which is the result
 */
public record Pipe(MemorySegment descriptors, int flags, int fileIndex) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Pipe {
    Arguments.writable(descriptors, 8);
  }

  @Override
  public int opcode() {
    return Opcode.PIPE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, descriptors.address(), flags, fileIndex, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param descriptors address of two descriptors
   * @param flags {@code O_CLOEXEC}, {@code O_NONBLOCK} and others
   * @param fileIndex 0 for a new descriptor; place + 1 for a registered file; {@code
   *     IORING_FILE_INDEX_ALLOC} (-1) for a free place, which is the result
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, long descriptors, int flags, int fileIndex, long tag) {
    SqEntry.fill(entries, at, Opcode.PIPE, 0, 0, descriptors, 0, tag);
    SqEntry.opFlags(entries, at, flags);
    SqEntry.fileIndex(entries, at, fileIndex);
  }
}
