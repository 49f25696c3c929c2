// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_URING_CMD}: a command of the file's own driver. The result is the driver's. For
 * commands that fit an entry of 64 bytes; NVMe passthrough needs a ring with entries of 128.
 *
 * @param fd descriptor
 * @param command number of the command
 * @param first the command's own bytes, 0 to 7
 * @param second the command's own bytes, 8 to 15
 */
public record UringCmd(int fd, int command, long first, long second) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public UringCmd {
    Arguments.descriptor(fd);
  }

  @Override
  public int opcode() {
    return Opcode.URING_CMD;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, command, first, second, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param command number of the command
   * @param first the command's own bytes, 0 to 7
   * @param second the command's own bytes, 8 to 15
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, int command, long first, long second, long tag) {
    SqEntry.fill(entries, at, Opcode.URING_CMD, fd, command & 0xffff_ffffL, 0, 0, tag);
    SqEntry.addr3(entries, at, first);
    entries.set(JAVA_LONG, at + SqEntry.PAD2, second);
  }
}
