// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_TIMEOUT}: completes after a time, or after other operations have. The result is
 * 0 either way; {@link #expired} tells which.
 *
 * @param timespec {@code struct __kernel_timespec}: seconds and nanoseconds, 64 bits each; read
 *     when the entry is submitted
 * @param count completions after which it ends early, or 0 for none
 * @param flags {@code IORING_TIMEOUT_*} bits
 */
public record Timeout(MemorySegment timespec, int count, int flags) implements Operation {
  /** {@code IORING_TIMEOUT_ABS}: the time is a point in time, not a span. */
  public static final int IORING_TIMEOUT_ABS = 1;

  /** {@code IORING_TIMEOUT_BOOTTIME}: of {@code CLOCK_BOOTTIME}, which runs while suspended. */
  public static final int IORING_TIMEOUT_BOOTTIME = 1 << 2;

  /** {@code IORING_TIMEOUT_REALTIME}: of {@code CLOCK_REALTIME}. */
  public static final int IORING_TIMEOUT_REALTIME = 1 << 3;

  /** {@code IORING_TIMEOUT_ETIME_SUCCESS}: links go on after it expired. */
  public static final int IORING_TIMEOUT_ETIME_SUCCESS = 1 << 5;

  /** {@code IORING_TIMEOUT_MULTISHOT}: expires again and again. */
  public static final int IORING_TIMEOUT_MULTISHOT = 1 << 6;

  /** Bytes of a {@code struct __kernel_timespec}. */
  public static final int TIMESPEC_SIZE = 16;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Timeout {
    Arguments.memory(timespec, TIMESPEC_SIZE);
    if (count < 0) {
      throw new IllegalArgumentException("a time-out after " + count + " completions");
    }
  }

  /**
   * Whether a completion says that the time has passed.
   *
   * @param res result field of the completion
   * @return false where it ended for another reason
   */
  public static boolean expired(int res) {
    return res == -Errno.ETIME;
  }

  @Override
  public int opcode() {
    return Opcode.TIMEOUT;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, timespec.address(), count, flags, tag);
  }

  /** Expiry is what was asked for, not a failure. */
  @Override
  public int result(int res) throws ErrnoException {
    return expired(res) ? 0 : Operation.super.result(res);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param timespec address of seconds and nanoseconds, 64 bits each
   * @param count completions after which it ends early, or 0 for none
   * @param flags {@code IORING_TIMEOUT_*} bits
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, long timespec, int count, int flags, long tag) {
    SqEntry.fill(entries, at, Opcode.TIMEOUT, -1, count, timespec, 1, tag);
    SqEntry.opFlags(entries, at, flags);
  }
}
