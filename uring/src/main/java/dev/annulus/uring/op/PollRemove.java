// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_POLL_REMOVE}: ends a poll, or changes it. The result is 0; {@code ENOENT} where
 * there is no such poll, {@code EALREADY} where it is completing.
 *
 * @param target user data of the poll
 * @param flags 0 to end it, or {@code IORING_POLL_UPDATE_*} bits
 * @param events new events
 * @param newTag new user data
 */
public record PollRemove(long target, int flags, int events, long newTag) implements Operation {
  /** {@code IORING_POLL_UPDATE_EVENTS}: change the events. */
  public static final int IORING_POLL_UPDATE_EVENTS = 1 << 1;

  /** {@code IORING_POLL_UPDATE_USER_DATA}: change the user data. */
  public static final int IORING_POLL_UPDATE_USER_DATA = 1 << 2;

  @Override
  public int opcode() {
    return Opcode.POLL_REMOVE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, target, flags, events, newTag, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param target user data of the poll
   * @param flags 0 to end it, or {@code IORING_POLL_UPDATE_*} bits
   * @param events new events
   * @param newTag new user data
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, long target, int flags, int events, long newTag, long tag) {
    SqEntry.fill(entries, at, Opcode.POLL_REMOVE, -1, newTag, target, flags, tag);
    SqEntry.opFlags(entries, at, events);
  }
}
