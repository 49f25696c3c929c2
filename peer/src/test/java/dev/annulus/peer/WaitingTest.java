// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.CqEntry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What waiting costs: one sleep and one wake-up for n completions, and nothing while idle. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class WaitingTest {
  private static final PeerOptions PARK = PeerOptions.DEFAULT.withWaiting(WaitStrategy.PARK);

  @TempDir Path directory;

  /** A client's thread that waits, and the session that it waits for. */
  private static final class Waiter {
    static final String NAME = "waiter";

    /** Number of the system call. */
    private static final int FUTEX = System.getProperty("os.arch").equals("amd64") ? 202 : 98;

    private final FutureTask<Integer> task;

    Waiter(PeerRing ring, int count, long timeoutNanos) {
      task = new FutureTask<>(() -> ring.await(count, timeoutNanos));
      Thread thread = Thread.ofPlatform().daemon().name(NAME).unstarted(task);
      thread.start();
    }

    Waiter asleep() {
      Proc.await(() -> "does not sleep", () -> Proc.inSystemCall(NAME, FUTEX));
      return this;
    }

    int ready() throws Exception {
      return task.get(20, SECONDS);
    }
  }

  private static void complete(PeerSession session, int count) {
    for (int i = 0; i < count; i++) {
      CqEntry.fill(session.cq().slots(), session.cq().claim(), i, 0, 0);
    }
    session.complete();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -3, Long.MAX_VALUE - 2})
  void waitForManyIsWokenOnce(long start) throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withStartIndex(start));
        PeerRing ring = PeerRing.attach(path, PARK)) {
      PeerSession session = server.attached();
      Waiter waiter = new Waiter(ring, 8, 0).asleep();
      for (int i = 0; i < 7; i++) {
        complete(session, 1);
        waiter.asleep();
        assertEquals(0, session.systemCalls(), "woken for " + (i + 1) + " of 8");
      }
      complete(session, 1);
      assertEquals(8, waiter.ready());
      complete(session, 3);
      assertEquals(1, session.systemCalls());
      assertEquals(1, ring.systemCalls());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -3, Long.MAX_VALUE - 2})
  void serverThatWaitsForManyIsWokenOnce(long start) throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withStartIndex(start));
        PeerRing ring = PeerRing.attach(path, PARK)) {
      PeerSession session = server.attached();
      FutureTask<Integer> task = new FutureTask<>(() -> session.await(4, 0, WaitStrategy.PARK));
      Thread.ofPlatform().daemon().name(Waiter.NAME).start(task);
      for (int i = 0; i < 3; i++) {
        Proc.await(() -> "does not sleep", () -> Proc.inSystemCall(Waiter.NAME, Waiter.FUTEX));
        TrafficTest.nop(ring, i);
        ring.submit();
        assertEquals(0, ring.systemCalls(), "woken for " + (i + 1) + " of 4");
      }
      TrafficTest.nop(ring, 3);
      ring.submit();
      assertEquals(4, task.get(20, SECONDS));
      assertEquals(1, ring.systemCalls());
      assertEquals(1, session.systemCalls());
    }
  }

  @Test
  void oneBatchWakesOnce() throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PARK)) {
      PeerSession session = server.attached();
      Waiter waiter = new Waiter(ring, 2, 0).asleep();
      complete(session, 5);
      assertEquals(5, waiter.ready());
      assertEquals(1, session.systemCalls());
      assertEquals(1, ring.systemCalls());
    }
  }

  @ParameterizedTest
  @EnumSource(WaitStrategy.class)
  void timeOutAnswersWhatIsThere(WaitStrategy way) throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withWaiting(way))) {
      PeerSession session = server.attached();
      long before = System.nanoTime();
      assertEquals(0, ring.await(1, MILLISECONDS.toNanos(30)));
      long took = System.nanoTime() - before;
      assertTrue(took >= MILLISECONDS.toNanos(30), "gave up after " + took + " ns");
      complete(session, 2);
      assertEquals(2, ring.await(3, MILLISECONDS.toNanos(5)));
      assertEquals(2, ring.await(2, 1));
      assertEquals(2, ring.await(0, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE / 2})
  void waitWithoutEndCostsOneSleep(long timeout) throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PARK)) {
      PeerSession session = server.attached();
      Waiter waiter = new Waiter(ring, 1, timeout).asleep();
      complete(session, 1);
      assertEquals(1, waiter.ready());
      assertEquals(1, ring.systemCalls());
    }
  }

  @ParameterizedTest
  @EnumSource(value = WaitStrategy.class, names = "BUSY_SPIN", mode = EnumSource.Mode.EXCLUDE)
  void idleSidesUseNoProcessor(WaitStrategy way) throws Exception {
    Path path = directory.resolve("s");
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, false);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withWaiting(way))) {
      TrafficTest.nop(ring, 1);
      ring.submit();
      assertEquals(1, ring.await(1, 0));
      ring.cq().next();
      ring.cq().release();
      Waiter waiter = new Waiter(ring, 1, 0).asleep();
      assertTrue(Proc.cpuNanos("annulus-sockets") > 0);
      long calls = ring.systemCalls();
      String[] idle = {Waiter.NAME, Echo.THREAD, "annulus-sockets", "annulus-hangup"};
      long[] before = cpu(idle);
      LockSupport.parkNanos(MILLISECONDS.toNanos(300));
      long[] after = cpu(idle);
      for (int i = 0; i < idle.length; i++) {
        long used = after[i] - before[i];
        assertTrue(used < MILLISECONDS.toNanos(15), idle[i] + " used " + used + " ns");
      }
      assertEquals(calls, ring.systemCalls());
      echo.stop();
      assertThrows(ExecutionException.class, waiter::ready);
    }
  }

  private static long[] cpu(String[] threads) {
    return Arrays.stream(threads).mapToLong(Proc::cpuNanos).toArray();
  }

  @Test
  void hangUpThreadIsIdleWhileARingOfADeadServerIsKept() throws Exception {
    Path path = directory.resolve("s");
    TestServer server = new TestServer(path, ServerOptions.DEFAULT);
    try (PeerRing ring = PeerRing.attach(path, PARK)) {
      server.close();
      Proc.await(() -> "not told of the hang-up", ring::gone);
      long before = Proc.cpuNanos("annulus-hangup");
      LockSupport.parkNanos(MILLISECONDS.toNanos(200));
      long used = Proc.cpuNanos("annulus-hangup") - before;
      assertTrue(used < MILLISECONDS.toNanos(15), "used " + used + " ns of 200 ms");
    }
  }

  @Test
  void sleepingServerIsWokenOnceByABatch() throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PARK)) {
      PeerSession session = server.attached();
      assertEquals(false, session.sq().arm(3));
      for (int i = 0; i < 2; i++) {
        TrafficTest.nop(ring, i);
        ring.submit();
      }
      assertEquals(0, ring.systemCalls());
      TrafficTest.nop(ring, 2);
      TrafficTest.nop(ring, 3);
      ring.submit();
      assertEquals(1, ring.systemCalls());
      TrafficTest.nop(ring, 4);
      ring.submit();
      assertEquals(1, ring.systemCalls());
      assertEquals(5, session.sq().refresh());
    }
  }
}
