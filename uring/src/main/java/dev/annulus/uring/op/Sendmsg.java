// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_SENDMSG}, as {@code sendmsg(2)}. The result is the number of bytes sent.
 *
 * @param fd descriptor
 * @param message {@code struct msghdr}, 56 bytes; it and what it points to stay until the
 *     completion
 * @param flags {@code MSG_*} bits
 * @param ioprio {@code IORING_RECVSEND_*} bits
 */
public record Sendmsg(int fd, MemorySegment message, int flags, int ioprio) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Sendmsg {
    Arguments.descriptor(fd);
    Arguments.memory(message, Arguments.MSGHDR_SIZE);
  }

  @Override
  public int opcode() {
    return Opcode.SENDMSG;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, message.address(), flags, ioprio, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param message address of a {@code struct msghdr}
   * @param flags {@code MSG_*} bits
   * @param ioprio {@code IORING_RECVSEND_*} bits
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, long message, int flags, int ioprio, long tag) {
    SqEntry.fill(entries, at, Opcode.SENDMSG, fd, 0, message, 1, tag);
    SqEntry.opFlags(entries, at, flags);
    SqEntry.ioprio(entries, at, ioprio);
  }
}
