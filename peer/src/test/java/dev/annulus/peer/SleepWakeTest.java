// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two sides that hand over to each other and sleep between, with delays at random so that each
 * store of one meets each load of the other: a wake-up that is lost is a wait that runs into its
 * limit. {@code -Dannulus.handoffs=N} hands over so often in place of 100,000 times.
 */
@Timeout(value = 12, unit = HOURS, threadMode = SEPARATE_THREAD)
class SleepWakeTest {
  private static final long HAND_OFFS = Long.getLong("annulus.handoffs", 100_000);

  /** What a busy machine takes for one hand-over is far less. */
  private static final long LOST_NANOS = SECONDS.toNanos(20);

  @TempDir Path directory;

  private static void dawdle(SplittableRandom random) {
    int kind = random.nextInt(64);
    if (kind == 0) {
      LockSupport.parkNanos(random.nextInt(100_000));
    } else {
      for (int i = random.nextInt(kind < 32 ? 16 : 400); i > 0; i--) {
        Thread.onSpinWait();
      }
    }
  }

  /** One wait of either side: what it answers, after less time than its limit. */
  private interface Wait {
    int ready() throws Exception;
  }

  private static int wait(String who, Wait wait) throws Exception {
    long begin = System.nanoTime();
    int ready = wait.ready();
    // At its end a wait looks at the queue again: late is lost.
    assertTrue(ready > 0 && System.nanoTime() - begin < LOST_NANOS / 2, who);
    return ready;
  }

  /** Answers what it gets, asleep between, until the client is gone; answers its system calls. */
  private static long serve(PeerSession session, SplittableRandom random) throws Exception {
    try {
      while (true) {
        int least = 1 + random.nextInt(2);
        int ready =
            wait(
                "the server was not woken",
                () -> session.await(least, LOST_NANOS, WaitStrategy.PARK));
        dawdle(random);
        for (int i = 0; i < ready; i++) {
          long at = session.sq().next();
          session.post(SqEntry.userData(session.sq().slots(), at), 0);
        }
        session.sq().release();
        dawdle(random);
        session.complete();
      }
    } catch (PeerGoneException gone) {
      return session.systemCalls();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -10_000})
  void noWakeUpIsLost(long start) throws Exception {
    long seed = Long.getLong("annulus.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    SplittableRandom others = random.split();
    Path path = directory.resolve("s");
    ServerOptions options = ServerOptions.DEFAULT.withStartIndex(start);
    PeerOptions parks = PeerOptions.DEFAULT.withCredit(4).withWaiting(WaitStrategy.PARK);
    long handOffs = 0;
    long calls;
    try (TestServer server = new TestServer(path, options)) {
      FutureTask<Long> served;
      try (PeerRing ring = PeerRing.attach(path, parks)) {
        PeerSession session = server.attached();
        served = new FutureTask<>(() -> serve(session, others));
        Thread.ofPlatform().daemon().name("server").start(served);
        for (long tag = 0; handOffs < HAND_OFFS / 2; handOffs += 2) {
          // Two at least: the server waits for one or two.
          int batch = 2 + random.nextInt(3);
          for (int i = 0; i < batch; i++) {
            SqEntry.fill(ring.sq().slots(), ring.sq().claim(), Opcode.NOP, -1, 0, 0, 0, tag + i);
          }
          dawdle(random);
          ring.submit();
          dawdle(random);
          for (long end = tag + batch; tag < end; ) {
            int ready = wait("the client was not woken", () -> ring.await(1, LOST_NANOS));
            long[] next = {tag};
            tag += ring.reap((user, result, flags) -> assertEquals(next[0]++, user), ready);
          }
        }
        calls = ring.systemCalls();
      }
      calls += served.get(20, SECONDS);
      server.gone();
    }
    System.out.printf(
        "hand-offs: %d, %.2f system calls each; -Dannulus.seed=%d%n",
        handOffs, (double) calls / handOffs, seed);
    assertTrue(calls > handOffs / 20, "hardly anybody slept");
  }
}
