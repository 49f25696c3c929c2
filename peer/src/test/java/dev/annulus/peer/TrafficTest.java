// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Entries go there and completions come back, each once, however the two sides wait, with and
 * without indirect SQ array.
 */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
abstract class TrafficTest {
  private static final long[] STARTS = {0, Long.MAX_VALUE - 4, -5};

  @TempDir Path directory;

  abstract PeerOptions options();

  static class DirectTest extends TrafficTest {
    @Override
    PeerOptions options() {
      return PeerOptions.DEFAULT;
    }
  }

  static class WithArrayTest extends TrafficTest {
    @Override
    PeerOptions options() {
      return PeerOptions.DEFAULT.withSqArray(true);
    }
  }

  static Stream<Arguments> waysAndStarts() {
    return Stream.of(WaitStrategy.values())
        .flatMap(way ->
            Stream.of(true, false)
                .flatMap(spins ->
                    Arrays.stream(STARTS).mapToObj(start -> Arguments.of(way, spins, start))));
  }

  /** Submits one NOP. */
  static void nop(PeerRing ring, long userData) {
    long at = ring.sq().claim();
    assertTrue(at >= 0, "the queue is full below the credit");
    SqEntry.fill(ring.sq().slots(), at, Opcode.NOP, -1, 0, 0, 0, userData);
  }

  /** Takes one completion, which must be of a NOP that succeeded. */
  static long reap(PeerRing ring) {
    long at = ring.cq().next();
    assertEquals(0, CqEntry.res(ring.cq().slots(), at));
    assertEquals(0, CqEntry.flags(ring.cq().slots(), at));
    return CqEntry.userData(ring.cq().slots(), at);
  }

  @ParameterizedTest
  @MethodSource("waysAndStarts")
  void everyOperationCompletesOnceAndInOrder(WaitStrategy way, boolean spins, long start)
      throws Exception {
    PeerOptions options = options().withCredit(24).withWaiting(way);
    Path path = directory.resolve("s");
    SplittableRandom random = new SplittableRandom(start);
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT.withStartIndex(start), spins);
        PeerRing ring = PeerRing.attach(path, options)) {
      assertEquals(start, ring.sq().tail());
      assertEquals(start, ring.cq().head());
      long submitted = 0;
      long completed = 0;
      while (completed < 2_000) {
        int batch = random.nextInt((int) (ring.credit() - (submitted - completed)) + 1);
        for (int i = 0; i < batch; i++) {
          nop(ring, submitted++);
        }
        ring.submit();
        int inFlight = (int) (submitted - completed);
        int ready = inFlight == 0 ? 0 : ring.await(1 + random.nextInt(inFlight), 0);
        for (int i = random.nextInt(ready + 1); i > 0; i--) {
          assertEquals(completed++, reap(ring));
        }
        ring.cq().release();
      }
      assertEquals(start + submitted, ring.sq().tail());
      assertEquals(start + completed, ring.cq().head());
      assertEquals(1, echo.sessions());
    }
  }

  @Test
  void busySidesMakeNoSystemCall() throws Exception {
    Path path = directory.resolve("s");
    PeerOptions options = options().withWaiting(WaitStrategy.BUSY_SPIN);
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, true);
        PeerRing ring = PeerRing.attach(path, options)) {
      for (long round = 0; round < 2_000; round++) {
        for (int i = 0; i < ring.credit(); i++) {
          nop(ring, i);
        }
        ring.submit();
        assertEquals(ring.credit(), ring.await(ring.credit(), 0));
        for (int i = 0; i < ring.credit(); i++) {
          assertEquals(i, reap(ring));
        }
        ring.cq().release();
      }
      assertEquals(0, ring.systemCalls());
      assertEquals(0, echo.systemCalls());
    }
  }

  @Test
  void manyClientsDoNotDisturbEachOther() throws Exception {
    Path path = directory.resolve("s");
    int clients = 8;
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, false)) {
      Thread[] threads = new Thread[clients];
      Throwable[] failed = new Throwable[clients];
      for (int i = 0; i < clients; i++) {
        int client = i;
        threads[i] = Thread.ofPlatform().daemon().unstarted(() -> run(path, client, failed));
        threads[i].start();
      }
      for (int i = 0; i < clients; i++) {
        threads[i].join();
        assertEquals(null, failed[i], "client " + i);
      }
      Proc.await(() -> "sessions remain", () -> echo.sessions() == 0);
    }
  }

  private void run(Path path, int client, Throwable[] failed) {
    try (PeerRing ring = PeerRing.attach(path, options())) {
      for (int i = 0; i < 500; i++) {
        nop(ring, client * 1000L + i);
        ring.submit();
        assertEquals(1, ring.await(1, 0));
        assertEquals(client * 1000L + i, reap(ring));
        ring.cq().release();
      }
    } catch (Throwable e) {
      failed[client] = e;
    }
  }
}
