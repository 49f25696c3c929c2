// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.uring.op.Nop;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The self-test of futex waits finds what others report of some kernels. */
@Timeout(value = 60, unit = SECONDS)
class FutexCheckTest {
  /** A busy machine takes so long for nothing but what is late on purpose. */
  private static final long LIMIT_NANOS = SECONDS.toNanos(1);

  private static Ring open(RingOptions.Policy policy) throws ErrnoException {
    Ring ring = Rings.open(RingOptions.DEFAULT.withEntries(8, 16).withPolicy(policy));
    boolean there = ring.supports(Opcode.FUTEX_WAIT);
    if (!there) {
      ring.close();
    }
    assumeTrue(there, "futex opcodes need Linux 6.7");
    return ring;
  }

  @ParameterizedTest
  @EnumSource(value = RingOptions.Policy.class, names = "PREFER", mode = EnumSource.Mode.EXCLUDE)
  void aGoodRingPassesAndIsLeftAsItWas(RingOptions.Policy policy) throws ErrnoException {
    try (Ring ring = open(policy)) {
      assertEquals("", FutexCheck.run(ring));
      assertEquals(0, ring.inFlight());
      Nop.prep(ring.entries(), ring.claim(), 7);
      assertEquals(1, ring.await(1, 0));
      assertEquals(1, ring.reap((tag, result, flags) -> assertEquals(7, tag), 1));
    }
  }

  @ParameterizedTest
  @EnumSource(value = RingOptions.Policy.class, names = "PREFER", mode = EnumSource.Mode.EXCLUDE)
  void aLostWakeUpIsFound(RingOptions.Policy policy) throws ErrnoException {
    // Nor does the word change: the stand-in, which looks at it before it sleeps, would see that.
    FutexCheck.Waker loses =
        (round, word, value) -> {
          if (round != 31) {
            FutexCheck.wake(word, value);
          }
        };
    try (Ring ring = open(policy)) {
      String fault = FutexCheck.run(ring, loses, LIMIT_NANOS);
      assertTrue(fault.contains("lost a wake-up"), fault);
      assertTrue(fault.contains("round 31"), fault);
      assertEquals(0, ring.inFlight(), "the wait is taken back");
    }
  }

  @ParameterizedTest
  @EnumSource(value = RingOptions.Policy.class, names = "PREFER", mode = EnumSource.Mode.EXCLUDE)
  void aLateWakeUpIsFound(RingOptions.Policy policy) throws ErrnoException {
    FutexCheck.Waker dawdles =
        (round, word, value) -> {
          if (round % 3 == 1 && round > 20) {
            LockSupport.parkNanos(2 * LIMIT_NANOS);
          }
          FutexCheck.wake(word, value);
        };
    try (Ring ring = open(policy)) {
      String fault = FutexCheck.run(ring, dawdles, LIMIT_NANOS);
      assertTrue(fault.contains("late") || fault.contains("lost"), fault);
      assertTrue(fault.contains("round 22"), fault);
      assertEquals(0, ring.inFlight());
    }
  }
}
