// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_EPOLL_WAIT}, as {@code epoll_wait(2)}. The result is the number of events.
 *
 * @param epoll epoll descriptor
 * @param events where {@code struct epoll_event} go, 12 bytes each; stays until the completion
 * @param most events at most, more than 0
 */
public record EpollWait(int epoll, MemorySegment events, int most) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public EpollWait {
    Arguments.descriptor(epoll);
    Arguments.writable(events, 12L * most);
    Arguments.positive(most);
  }

  @Override
  public int opcode() {
    return Opcode.EPOLL_WAIT;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, epoll, events.address(), most, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param epoll epoll descriptor
   * @param events address of the events
   * @param most events at most, more than 0
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int epoll, long events, int most, long tag) {
    SqEntry.fill(entries, at, Opcode.EPOLL_WAIT, epoll, 0, events, most, tag);
  }
}
