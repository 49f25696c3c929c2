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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtual threads that wait hold no carrier, and are woken as platform threads are. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class VirtualWaitTest {
  private static final String POLLER = "annulus-futexes";
  private static final PeerOptions PARK = PeerOptions.DEFAULT.withWaiting(WaitStrategy.PARK);

  @TempDir Path directory;

  private static FutureTask<Integer> waiter(PeerRing ring, int count, long timeoutNanos) {
    FutureTask<Integer> task = new FutureTask<>(() -> ring.await(count, timeoutNanos));
    Thread.ofVirtual().start(task);
    return task;
  }

  private static void complete(PeerSession session, int count) {
    for (int i = 0; i < count; i++) {
      CqEntry.fill(session.cq().slots(), session.cq().claim(), i, 0, 0);
    }
    session.complete();
  }

  private static void parked(PeerRing... rings) {
    for (PeerRing ring : rings) {
      Proc.await(() -> "does not park", ring::parked);
    }
  }

  /** More sleepers than there are carriers, and than one poller has room for. */
  @ParameterizedTest
  @EnumSource(value = WaitStrategy.class, names = "BUSY_SPIN", mode = EnumSource.Mode.EXCLUDE)
  void sleepersHoldNoCarrier(WaitStrategy way) throws Exception {
    int many = 130;
    Path path = directory.resolve("s");
    ServerOptions options = ServerOptions.DEFAULT;
    PeerOptions small = PeerOptions.DEFAULT.withCredit(4).withWaiting(way);
    List<PeerRing> rings = new ArrayList<>();
    try (TestServer server = new TestServer(path, options)) {
      List<PeerSession> sessions = new ArrayList<>();
      List<FutureTask<Integer>> waiters = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        rings.add(PeerRing.attach(path, small));
        sessions.add(server.attached());
        waiters.add(waiter(rings.get(i), 2, 0));
      }
      parked(rings.toArray(PeerRing[]::new));
      assertTrue(many > Runtime.getRuntime().availableProcessors(), "as many carriers");
      FutureTask<Integer> other = new FutureTask<>(() -> 42);
      Thread.ofVirtual().start(other);
      assertEquals(42, other.get(20, SECONDS), "another virtual thread goes on");
      for (int i = many - 1; i >= 0; i--) {
        complete(sessions.get(i), 1);
        complete(sessions.get(i), 1);
        assertEquals(2, waiters.get(i).get(20, SECONDS));
        assertEquals(1, sessions.get(i).systemCalls(), "wakes");
        assertEquals(1, rings.get(i).systemCalls(), "sleeps of ring " + i);
      }
    } finally {
      rings.forEach(PeerRing::close);
    }
    Proc.await(() -> "the pollers do not end", () -> !Proc.runs(POLLER));
  }

  @Test
  void oneCarrierIsEnough() throws Exception {
    Path path = directory.resolve("s");
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, false);
        Child child = Child.startWithOneCarrier("virtual", path.toString())) {
      child.says("parked");
      child.says("another went on");
      child.says("answered 64");
      assertTrue(echo.sessions() >= 0);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -3, Long.MAX_VALUE - 2, Integer.MAX_VALUE - 2L, (1L << 32) - 3})
  void waitForManyIsWokenOnceAtEveryIndex(long start) throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withStartIndex(start));
        PeerRing ring = PeerRing.attach(path, PARK);
        PeerRing other = PeerRing.attach(path, PARK)) {
      PeerSession session = server.attached();
      PeerSession second = server.attached();
      FutureTask<Integer> waiter = waiter(ring, 8, 0);
      parked(ring);
      for (int i = 0; i < 7; i++) {
        complete(session, 1);
        // Comes and goes, so that the poller looks at all tails anew.
        assertEquals(0, waiter(other, 1, MILLISECONDS.toNanos(1)).get(20, SECONDS));
      }
      complete(session, 1);
      assertEquals(8, waiter.get(20, SECONDS));
      assertEquals(1, session.systemCalls());
      assertEquals(1, ring.systemCalls());
      assertEquals(0, second.systemCalls());
    }
  }

  @Test
  void timeOutAnswersWhatIsThere() throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PARK)) {
      complete(server.attached(), 2);
      long before = System.nanoTime();
      assertEquals(2, waiter(ring, 3, MILLISECONDS.toNanos(30)).get(20, SECONDS));
      assertTrue(System.nanoTime() - before >= MILLISECONDS.toNanos(30), "gave up too early");
    }
  }

  @Test
  void sleeperIsToldOfTheEnd() throws Exception {
    Path path = directory.resolve("s");
    TestServer server = new TestServer(path, ServerOptions.DEFAULT);
    try (PeerRing ring = PeerRing.attach(path, PARK)) {
      PeerSession session = server.attached();
      complete(session, 1);
      FutureTask<Integer> waiter = waiter(ring, 2, 0);
      parked(ring);
      server.close();
      assertEquals(1, waiter.get(20, SECONDS), "what is left");
      ring.cq().next();
      ring.cq().release();
      ExecutionException gone =
          assertThrows(ExecutionException.class, () -> waiter(ring, 1, 0).get(20, SECONDS));
      assertTrue(gone.getCause() instanceof PeerGoneException, gone::toString);
    }
  }

  @Test
  void busyVirtualThreadsLetOthersRun() throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring =
            PeerRing.attach(path, PeerOptions.DEFAULT.withWaiting(WaitStrategy.BUSY_SPIN))) {
      PeerSession session = server.attached();
      List<Thread> spinning = new ArrayList<>();
      FutureTask<Integer> waiter = waiter(ring, 1, 0);
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        spinning.add(Thread.ofVirtual().start(() -> complete(session, 0)));
      }
      for (Thread thread : spinning) {
        thread.join();
      }
      complete(session, 1);
      assertEquals(1, waiter.get(20, SECONDS));
      assertEquals(0, ring.systemCalls());
    }
  }
}
