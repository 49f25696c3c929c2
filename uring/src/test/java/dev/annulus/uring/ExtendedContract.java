// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.op.Nop;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Extended completions: an operation of Linux's own that completes with 32 bytes. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
abstract class ExtendedContract {
  private static final int ENTRIES = 16;
  private static final int CQ_ENTRIES = 32;

  /** What came: for a tag, its extra numbers; or null where it came plain. */
  private final Map<Long, long[]> came = new HashMap<>();

  private final CompletionHandler handler =
      new CompletionHandler() {
        @Override
        public void completed(long userData, int result, int flags) {
          assertEquals(0, result);
          assertEquals(0, flags);
          came.put(userData, null);
        }

        @Override
        public void completedExtended(
            long userData, int result, int flags, long extra1, long extra2) {
          assertEquals(0, result);
          assertEquals(CqEntry.IORING_CQE_F_32, flags);
          came.put(userData, new long[] {extra1, extra2});
        }
      };

  abstract RingOptions options();

  private Ring open() throws ErrnoException {
    Ring ring = Rings.open(options().withEntries(ENTRIES, CQ_ENTRIES).with(SetupFlag.CQE_MIXED));
    boolean mixed = (ring.info().setupFlags() & SetupFlag.CQE_MIXED.bit()) != 0;
    if (ring instanceof KernelRing && !mixed) {
      ring.close();
      assumeTrue(false, "IORING_SETUP_CQE_MIXED needs Linux 6.18");
    }
    return ring;
  }

  private static void prepare(Ring ring, long tag, boolean extended) {
    long at = ring.claim();
    assertTrue(at >= 0, "room for operation " + tag);
    if (extended) {
      Nop.extended(ring.entries(), at, tag << 33, ~tag, tag);
    } else {
      Nop.prep(ring.entries(), at, tag);
    }
  }

  private void settle(Ring ring, int count) throws ErrnoException {
    while (came.size() < count) {
      ring.await(1, 0);
      ring.reap(handler, CQ_ENTRIES);
    }
  }

  private void check(long tag, boolean extended) {
    assertTrue(came.containsKey(tag), "operation " + tag + " is lost");
    long[] extra = came.get(tag);
    assertEquals(extended, extra != null);
    if (extended) {
      assertEquals(tag << 33, extra[0]);
      assertEquals(~tag, extra[1]);
    }
  }

  /** Of both sizes in every order, so often that an extended one meets the last slot. */
  @Test
  void bothSizesAroundTheQueueManyTimes() throws ErrnoException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    try (Ring ring = open()) {
      long tag = 0;
      for (int round = 0; round < 2_000; round++) {
        came.clear();
        int count = 1 + random.nextInt(ring.capacity());
        long kinds = random.nextLong();
        for (int i = 0; i < count; i++) {
          prepare(ring, tag + i, (kinds >>> i & 1) != 0);
        }
        assertEquals(count, ring.inFlight());
        settle(ring, count);
        for (int i = 0; i < count; i++) {
          check(tag + i, (kinds >>> i & 1) != 0);
        }
        assertEquals(0, ring.inFlight(), () -> "seed " + seed);
        tag += count;
      }
      assertEquals(0, ring.info().overflows(), () -> "seed " + seed);
    }
  }

  /** From every slot, as many as may be in flight, none reaped before all have completed. */
  @Test
  void allThatMayBeInFlightHaveRoomAtOnce() throws ErrnoException {
    try (Ring ring = open()) {
      assertEquals((CQ_ENTRIES - 1) / 2, ring.capacity());
      for (int start = 0; start < CQ_ENTRIES; start++) {
        came.clear();
        for (int i = 0; i < ring.capacity(); i++) {
          prepare(ring, i, true);
        }
        assertEquals(-1, ring.claim(), "more than the completion queue has room for");
        ring.submit();
        settle(ring, ring.capacity());
        for (int i = 0; i < ring.capacity(); i++) {
          check(i, true);
        }
        prepare(ring, 100, false);
        settle(ring, ring.capacity() + 1);
      }
      assertEquals(0, ring.info().overflows());
      assertEquals(CQ_ENTRIES, ring.info().cqEntries());
    }
  }

  @Test
  void mostCountsCompletions() throws ErrnoException {
    try (Ring ring = open()) {
      prepare(ring, 1, true);
      prepare(ring, 2, true);
      prepare(ring, 3, false);
      ring.await(3, 0);
      while (came.size() < 3) {
        int before = came.size();
        assertEquals(1, ring.reap(handler, 1));
        assertEquals(before + 1, came.size());
      }
      check(1, true);
      check(2, true);
      check(3, false);
    }
  }

  /** Closing takes what is left, extended or not. */
  @Test
  void closeDropsExtendedOnesToo() throws ErrnoException {
    Ring ring = open();
    for (int i = 0; i < ring.capacity(); i++) {
      prepare(ring, i, true);
    }
    ring.submit();
    ring.close();
    assertEquals(0, ring.inFlight());
  }

  @Test
  void ringWithoutThemRefuses() throws ErrnoException {
    try (Ring ring = Rings.open(options().withEntries(ENTRIES, CQ_ENTRIES))) {
      assertEquals(CQ_ENTRIES, ring.capacity());
      Nop.extended(ring.entries(), ring.claim(), 1, 2, 3);
      ring.await(1, 0);
      int[] answer = new int[1];
      assertEquals(1, ring.reap((tag, result, flags) -> answer[0] = result, 9));
      assertEquals(-Errno.EINVAL, answer[0]);
    }
  }
}
