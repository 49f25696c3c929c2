// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_SENDMSG_ZC}: as {@code sendmsg(2)} without a copy. It completes twice, see
 * {@link SendZc}.
 *
 * @param fd descriptor
 * @param message {@code struct msghdr}, 56 bytes; it and what it points to stay until the second
 *     completion
 * @param flags {@code MSG_*} bits
 * @param zcFlags as of {@link SendZc}
 */
public record SendmsgZc(int fd, MemorySegment message, int flags, int zcFlags)
    implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public SendmsgZc {
    Arguments.descriptor(fd);
    Arguments.memory(message, Arguments.MSGHDR_SIZE);
  }

  @Override
  public int opcode() {
    return Opcode.SENDMSG_ZC;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, message.address(), flags, zcFlags, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param message address of a {@code struct msghdr}
   * @param flags {@code MSG_*} bits
   * @param zcFlags as of {@link SendZc}
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, long message, int flags, int zcFlags, long tag) {
    SqEntry.fill(entries, at, Opcode.SENDMSG_ZC, fd, 0, message, 1, tag);
    SqEntry.opFlags(entries, at, flags);
    SqEntry.ioprio(entries, at, zcFlags);
  }
}
