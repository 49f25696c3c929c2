// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_EPOLL_CTL}, as {@code epoll_ctl(2)}. The result is 0.
 *
 * @param epoll epoll descriptor
 * @param op {@code EPOLL_CTL_ADD}, {@code EPOLL_CTL_DEL} or {@code EPOLL_CTL_MOD}
 * @param fd descriptor
 * @param event {@code struct epoll_event}, or {@link MemorySegment#NULL} to delete
 */
public record EpollCtl(int epoll, int op, int fd, MemorySegment event) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public EpollCtl {
    Arguments.descriptor(epoll);
    Arguments.descriptor(fd);
    Arguments.optional(event, 12);
  }

  @Override
  public int opcode() {
    return Opcode.EPOLL_CTL;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, epoll, op, fd, event.address(), tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param epoll epoll descriptor
   * @param op {@code EPOLL_CTL_ADD}, {@code EPOLL_CTL_DEL} or {@code EPOLL_CTL_MOD}
   * @param fd descriptor
   * @param event address of a {@code struct epoll_event}, or 0
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int epoll, int op, int fd, long event, long tag) {
    SqEntry.fill(entries, at, Opcode.EPOLL_CTL, epoll, fd, event, op, tag);
  }
}
