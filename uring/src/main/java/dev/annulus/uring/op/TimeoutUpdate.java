// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_TIMEOUT_REMOVE} with {@code IORING_TIMEOUT_UPDATE}: gives a time-out another
 * time. The result is 0; {@code ENOENT} where there is none, {@code EALREADY} where it is expiring.
 *
 * @param target user data of the time-out
 * @param timespec {@code struct __kernel_timespec}: seconds and nanoseconds, 64 bits each
 * @param flags {@code IORING_TIMEOUT_ABS}, or {@link #IORING_LINK_TIMEOUT_UPDATE}
 */
public record TimeoutUpdate(long target, MemorySegment timespec, int flags) implements Operation {
  /** {@code IORING_TIMEOUT_UPDATE}: set by this class. */
  public static final int IORING_TIMEOUT_UPDATE = 1 << 1;

  /** {@code IORING_LINK_TIMEOUT_UPDATE}: the time-out is a {@link LinkTimeout}. */
  public static final int IORING_LINK_TIMEOUT_UPDATE = 1 << 4;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public TimeoutUpdate {
    Arguments.memory(timespec, Timeout.TIMESPEC_SIZE);
  }

  @Override
  public int opcode() {
    return Opcode.TIMEOUT_REMOVE;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, target, timespec.address(), flags, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param target user data of the time-out
   * @param timespec address of the new time
   * @param flags {@code IORING_TIMEOUT_ABS}, or {@link #IORING_LINK_TIMEOUT_UPDATE}
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, long target, long timespec, int flags, long tag) {
    SqEntry.fill(entries, at, Opcode.TIMEOUT_REMOVE, -1, timespec, target, 0, tag);
    SqEntry.opFlags(entries, at, flags | IORING_TIMEOUT_UPDATE);
  }
}
