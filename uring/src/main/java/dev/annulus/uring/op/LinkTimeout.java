// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_LINK_TIMEOUT}: cancels the operation before it, which must have {@code
 * IOSQE_IO_LINK}, after a time. The result is {@code ETIME} where it did that, {@code ECANCELED}
 * where the operation was done before.
 *
 * @param timespec {@code struct __kernel_timespec}: seconds and nanoseconds, 64 bits each; read
 *     when the entry is submitted
 * @param flags {@code IORING_TIMEOUT_ABS}, {@code IORING_TIMEOUT_BOOTTIME}, {@code
 *     IORING_TIMEOUT_REALTIME}
 */
public record LinkTimeout(MemorySegment timespec, int flags) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public LinkTimeout {
    Arguments.memory(timespec, Timeout.TIMESPEC_SIZE);
  }

  @Override
  public int opcode() {
    return Opcode.LINK_TIMEOUT;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, timespec.address(), flags, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param timespec address of the time
   * @param flags {@code IORING_TIMEOUT_ABS}, {@code IORING_TIMEOUT_BOOTTIME}, {@code
   *     IORING_TIMEOUT_REALTIME}
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, long timespec, int flags, long tag) {
    SqEntry.fill(entries, at, Opcode.LINK_TIMEOUT, -1, 0, timespec, 1, tag);
    SqEntry.opFlags(entries, at, flags);
  }
}
