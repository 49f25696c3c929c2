// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Futex;
import dev.annulus.ring.CqEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A flood of wake-ups, and of changes of the words that ask for them, is borne and bounded. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class FloodTest {
  private static final PeerOptions PARK = PeerOptions.DEFAULT.withWaiting(WaitStrategy.PARK);
  private static final String SLEEPER = "flooded";
  private static final long LENGTH = MILLISECONDS.toNanos(400);

  /** Of one processor, in the time of the flood; without rests it is nearly all of it. */
  private static final long MOST = LENGTH / 4;

  @TempDir Path directory;

  /** Does something again and again until it is closed. */
  private static final class Flood implements AutoCloseable {
    private volatile boolean over;
    private volatile long rounds;
    private final Thread thread;

    Flood(Runnable round) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                while (!over) {
                  round.run();
                  rounds++;
                }
              });
    }

    /** Waits until it has gone on for a time, and for so many rounds. */
    void last(long nanos) {
      long end = System.nanoTime() + nanos;
      Proc.await(() -> "no flood", () -> rounds > 1_000);
      LockSupport.parkNanos(Math.max(end - System.nanoTime(), 1));
      while (System.nanoTime() - end < 0) {
        Thread.yield();
      }
    }

    @Override
    public void close() {
      over = true;
      Proc.await(() -> "the flood does not end", () -> !thread.isAlive());
    }
  }

  private static void complete(PeerSession session, int count) {
    for (int i = 0; i < count; i++) {
      CqEntry.fill(session.cq().slots(), session.cq().claim(), i, 0, 0);
    }
    session.complete();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void wakeUpsForNothingCostLittleAndLoseNothing(boolean virtual) throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PARK)) {
      PeerSession session = server.attached();
      long tail = session.cq().slots().address() + PeerLayout.CQ_TAIL;
      FutureTask<Integer> waiter = new FutureTask<>(() -> ring.await(2, 0));
      (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon().name(SLEEPER)).start(waiter);
      String thread = virtual ? "annulus-futexes" : SLEEPER;
      Proc.await(() -> "does not sleep", () -> ring.systemCalls() > 0 && Proc.runs(thread));
      try (Flood flood = new Flood(() -> Futex.wake(tail, Integer.MAX_VALUE))) {
        long before = Proc.cpuNanos(thread);
        flood.last(LENGTH);
        long used = Proc.cpuNanos(thread) - before;
        assertTrue(used < MOST, thread + " used " + used + " ns of " + LENGTH);
        assertFalse(waiter.isDone(), "woken for nothing");
        complete(session, 1);
        complete(session, 1);
        assertEquals(2, waiter.get(20, SECONDS));
      }
      if (virtual) {
        assertEquals(1, ring.systemCalls(), "the parked thread was left alone");
      }
    }
  }

  @Test
  void aServerIsFloodedAndServesOn() throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PARK)) {
      PeerSession session = server.attached();
      long tail = ring.sq().slots().address() + PeerLayout.SQ_TAIL;
      FutureTask<Integer> waiter =
          new FutureTask<>(() -> session.await(1, 0, WaitStrategy.ADAPTIVE));
      Thread.ofPlatform().daemon().name(SLEEPER).start(waiter);
      Proc.await(() -> "does not sleep", () -> session.systemCalls() > 0);
      try (Flood flood = new Flood(() -> Futex.wake(tail, Integer.MAX_VALUE))) {
        long before = Proc.cpuNanos(SLEEPER);
        flood.last(LENGTH);
        long used = Proc.cpuNanos(SLEEPER) - before;
        assertTrue(used < MOST, "used " + used + " ns of " + LENGTH);
        TrafficTest.nop(ring, 1);
        ring.submit();
        assertEquals(1, waiter.get(20, SECONDS));
      }
    }
  }

  /** The client says all the time that it sleeps for the next completion: one wake a publish. */
  @Test
  void eventWordsThatChangeAllTheTimeCostOneCallAPublish() throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PARK)) {
      PeerSession session = server.attached();
      // The client's file: the one word that a sleeping client writes.
      MemorySegment words = ring.sq().slots();
      long[] next = new long[1];
      Runnable flip =
          () -> words.set(ValueLayout.JAVA_LONG, PeerLayout.CQ_EVENT, next[0]++ % 4_096);
      try (Flood flood = new Flood(flip)) {
        flood.last(1);
        for (int i = 0; i < 2_000; i++) {
          complete(session, 1);
          assertEquals(1, ring.cq().refresh(), "completion " + i);
          assertEquals(0, TrafficTest.reap(ring));
          ring.cq().release();
        }
      }
      assertTrue(session.systemCalls() <= 2_000, "calls: " + session.systemCalls());
    }
  }
}
