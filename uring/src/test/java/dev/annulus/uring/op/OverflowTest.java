// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Events;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.FdInfo;
import dev.annulus.uring.KernelRing;
import dev.annulus.uring.RingOptions;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

/**
 * More completions than the queue has room for, which only operations that complete many times and
 * messages can lead to: the kernel holds them back, that is counted, and all of them come.
 */
class OverflowTest extends OperationTest {
  private static final int CQ_ENTRIES = 8;

  @Override
  RingOptions options() {
    return KERNEL.withEntries(8, CQ_ENTRIES);
  }

  private void storm(KernelRing from, int count) throws ErrnoException {
    for (int i = 0; i < count; i++) {
      MsgRing.prep(from.entries(), from.claim(), kernel().fd(), i, i, 5);
      from.await(1, 0);
      from.reap((tag, res, flags) -> assertEquals(0, res), 1);
    }
  }

  /** Nothing that is in flight overflows, however late it is reaped. */
  @Test
  void creditKeepsTheQueueFromOverflowing() throws ErrnoException {
    for (int round = 0; round < 100; round++) {
      while (ring.claim() >= 0) {
        ring.unclaim();
        queue(new Nop(), 0, 1);
      }
      assertEquals(CQ_ENTRIES, ring.inFlight());
      ring.submit();
      assertEquals(CQ_ENTRIES, ring.await(CQ_ENTRIES, 0));
      assertEquals(CQ_ENTRIES, ring.reap((tag, res, flags) -> assertEquals(0, res), 64));
    }
    assertEquals(0, ring.info().backlogs());
    assertEquals(0, ring.info().overflows());
  }

  @Test
  void messagesBeyondTheQueueAreHeldBackAndCome() throws ErrnoException {
    int count = 100;
    try (KernelRing from = KernelRing.open(KERNEL)) {
      storm(from, count);
    }
    BitSet came = new BitSet();
    while (came.cardinality() < count) {
      int taken = ring.reap((tag, res, flags) -> came.set((int) tag), 64);
      assertTrue(taken > 0 && taken <= CQ_ENTRIES, () -> "only came " + came);
    }
    assertEquals(count, came.length());
    assertTrue(ring.info().backlogs() > 0, () -> "shown: " + ring.info().toJson());
    assertEquals(0, ring.info().overflows(), "none is lost");
    assertEquals(0, ring.inFlight());
    assertEquals("", overflowing());
  }

  /** Those that the kernel holds back now, as it lists them. */
  private String overflowing() {
    String text = FdInfo.text(kernel());
    int begin = text.indexOf("CqOverflowList:") + "CqOverflowList:".length();
    return text.substring(begin, text.indexOf("NAPI:")).trim();
  }

  /** Eight polls complete with each signal, and nobody reaps: all must have ended at the end. */
  @Test
  void aStormOfPollsIsSurvived() throws ErrnoException {
    int event = own(Events.eventfd(true));
    int polls = 7;
    for (int i = 0; i < polls; i++) {
      start(new PollAdd(event, Events.EPOLLIN, PollAdd.IORING_POLL_ADD_MULTI), 0, i);
    }
    int signals = 50;
    for (int i = 0; i < signals; i++) {
      Events.signal(event);
      kernelLooks();
    }
    assertTrue(overflowing().length() > 0, "the storm was too small");
    int[] counts = new int[2];
    BitSet ended = new BitSet();
    while (ring.await(1, 50_000_000L) > 0) {
      ring.reap(
          (tag, res, flags) -> {
            counts[0]++;
            if ((flags & CqEntry.IORING_CQE_F_MORE) == 0) {
              ended.set((int) tag);
            }
          },
          64);
    }
    assertTrue(counts[0] > CQ_ENTRIES, () -> "came " + counts[0]);
    assertEquals(polls - ended.cardinality(), ring.inFlight(), "the count is right all the same");
    assertTrue(ring.info().backlogs() > 0);
    assertEquals(0, ring.info().overflows());
    assertEquals("", overflowing());
    assertEquals(0, run(new Nop()), "the ring goes on");
  }

  /** Lets the kernel work on completions, and takes none. */
  private void kernelLooks() throws ErrnoException {
    ring.reap((tag, res, flags) -> {}, 0);
    kernel().await(CQ_ENTRIES, 1, 2_000);
  }

  /** With completions held back, closing gets everything to its end. */
  @Test
  void closeTakesWhatIsHeldBack() throws ErrnoException {
    int event = own(Events.eventfd(true));
    start(new PollAdd(event, Events.EPOLLIN, PollAdd.IORING_POLL_ADD_MULTI), 0, 1);
    try (KernelRing from = KernelRing.open(KERNEL)) {
      storm(from, 50);
    }
    ring.close();
    assertEquals(0, ring.inFlight());
  }
}
