// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_CLOSE}, as {@code close(2)}, or of a registered file. The result is 0.
 *
 * @param fd descriptor, or 0 with {@code fileIndex}
 * @param fileIndex 0 for a descriptor, or place + 1 of a registered file
 */
public record Close(int fd, int fileIndex) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Close {
    Arguments.descriptor(fd);
    Arguments.index(fileIndex);
  }

  @Override
  public int opcode() {
    return Opcode.CLOSE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, fileIndex, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor, or 0 with {@code fileIndex}
   * @param fileIndex 0 for a descriptor, or place + 1 of a registered file
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, int fd, int fileIndex, long tag) {
    SqEntry.fill(entries, at, Opcode.CLOSE, fd, 0, 0, 0, tag);
    SqEntry.fileIndex(entries, at, fileIndex);
  }
}
