// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct io_uring_getevents_arg} with its timespec: sigmask u64, sigmask_sz u32,
 * min_wait_usec u32, ts u64.
 */
final class WaitArgument {
  static final int SIZE = 24;

  private static final long TIMESPEC = 24;

  private final MemorySegment memory;

  WaitArgument(Arena arena) {
    memory = arena.allocate(TIMESPEC + 16, 8);
    memory.set(JAVA_INT, 8, 8); // _NSIG / 8, looked at only where there is a mask
    memory.set(JAVA_LONG, 16, memory.address() + TIMESPEC);
  }

  /**
   * Sets the wait after which one completion is enough, and the longest; answers the argument's
   * address.
   */
  long of(long leastNanos, long nanos) {
    memory.set(JAVA_INT, 12, (int) (leastNanos / 1000));
    memory.set(JAVA_LONG, TIMESPEC, nanos / 1_000_000_000L);
    memory.set(JAVA_LONG, TIMESPEC + 8, nanos % 1_000_000_000L);
    return memory.address();
  }
}
