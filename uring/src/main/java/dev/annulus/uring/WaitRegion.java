// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One {@code struct io_uring_reg_wait} in memory that the kernel has mapped: ts 2 u64,
 * min_wait_usec u32, flags u32, sigmask u64, sigmask_sz u32, and zeros.
 */
final class WaitRegion {
  static final int SIZE = 64;

  private static final int IORING_MEM_REGION_TYPE_USER = 1;
  private static final int IORING_MEM_REGION_REG_WAIT_ARG = 1;
  private static final int IORING_REG_WAIT_TS = 1;
  private static final int PAGE = 4096;

  private final MemorySegment memory;

  /** Registers a page of the arena, which must outlive the ring. */
  WaitRegion(Register register, Arena arena) throws ErrnoException {
    memory = arena.allocate(PAGE, PAGE);
    memory.set(JAVA_INT, 20, IORING_REG_WAIT_TS);
    try (Arena local = Arena.ofConfined()) {
      MemorySegment region = local.allocate(64, 8); // user_addr u64, size u64, flags u32, zeros
      region.set(JAVA_LONG, 0, memory.address());
      region.set(JAVA_LONG, 8, PAGE);
      region.set(JAVA_INT, 16, IORING_MEM_REGION_TYPE_USER);
      MemorySegment reg = local.allocate(32, 8); // region_uptr u64, flags u64, zeros
      reg.set(JAVA_LONG, 0, region.address());
      reg.set(JAVA_LONG, 8, IORING_MEM_REGION_REG_WAIT_ARG);
      register.call(
          RegisterOp.REGISTER_MEM_REGION, reg, 1, "the ring is enabled: this goes before enable");
    }
  }

  /** Sets the wait after which one completion is enough, and the longest; answers the offset. */
  long of(long leastNanos, long nanos) {
    memory.set(JAVA_LONG, 0, nanos / 1_000_000_000L);
    memory.set(JAVA_LONG, 8, nanos % 1_000_000_000L);
    memory.set(JAVA_INT, 16, (int) (leastNanos / 1000));
    return 0;
  }
}
