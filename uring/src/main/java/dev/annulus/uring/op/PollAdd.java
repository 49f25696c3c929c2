// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_POLL_ADD}: waits for events, as {@code poll(2)}. The result has the bits of the
 * events that came.
 *
 * @param fd descriptor
 * @param events {@code POLL*} bits to wait for
 * @param flags 0, {@link #IORING_POLL_ADD_MULTI} or {@link #IORING_POLL_ADD_LEVEL}
 */
public record PollAdd(int fd, int events, int flags) implements Operation {
  /** {@code IORING_POLL_ADD_MULTI}: completes again with each event. */
  public static final int IORING_POLL_ADD_MULTI = 1;

  /** {@code IORING_POLL_ADD_LEVEL}: level triggered. */
  public static final int IORING_POLL_ADD_LEVEL = 1 << 3;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public PollAdd {
    Arguments.descriptor(fd);
  }

  @Override
  public int opcode() {
    return Opcode.POLL_ADD;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, events, flags, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param events {@code POLL*} bits to wait for
   * @param flags 0, {@link #IORING_POLL_ADD_MULTI} or {@link #IORING_POLL_ADD_LEVEL}
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, int fd, int events, int flags, long tag) {
    SqEntry.fill(entries, at, Opcode.POLL_ADD, fd, 0, 0, flags, tag);
    SqEntry.opFlags(entries, at, events);
  }
}
