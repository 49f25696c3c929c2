// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.RingViolationException;
import dev.annulus.ring.SqEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results of 64 bits between two ends, and what a hostile server may make of them. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class ExtendedTest {
  private static final int CREDIT = 5;

  @TempDir Path directory;
  private Path path;

  /** Results in the order of their coming; of 64 bits, whoever told them. */
  private final List<Long> results = new ArrayList<>();

  private final CompletionHandler handler =
      new CompletionHandler() {
        @Override
        public void completed(long userData, int result, int flags) {
          results.add((long) result);
        }

        @Override
        public void completedExtended(
            long userData, int result, int flags, long extra1, long extra2) {
          results.add(extra1);
        }
      };

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  private static void submit(PeerRing ring, int count) {
    for (int i = 0; i < count; i++) {
      SqEntry.fill(ring.sq().slots(), ring.sq().claim(), Opcode.NOP, -1, 0, 0, 0, i);
    }
    ring.submit();
  }

  /** Takes all entries, unseen. */
  private static void take(PeerSession session) {
    for (int ready = session.sq().refresh(); ready > 0; ready--) {
      session.sq().next();
    }
    session.sq().release();
  }

  private void settle(PeerRing ring, int count) throws Exception {
    while (results.size() < count) {
      ring.await(1, 0);
      ring.reap(handler, count);
    }
  }

  private static long result(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> -random.nextInt(1, 4096);
      case 1 -> random.nextInt(Integer.MAX_VALUE);
      case 2 -> Integer.MAX_VALUE + (long) random.nextInt(3) - 1;
      default -> random.nextLong() & Long.MAX_VALUE;
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, (1L << 32) - 5, Long.MAX_VALUE - 4, -5, -6})
  void resultsOfAnySizeArriveWhateverTheIndex(long start) throws Exception {
    SplittableRandom random = new SplittableRandom(start);
    ServerOptions options = ServerOptions.DEFAULT.withStartIndex(start);
    try (TestServer server = new TestServer(path, options);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withCredit(CREDIT))) {
      PeerSession session = server.attached();
      for (int round = 0; round < 500; round++) {
        int count = 1 + random.nextInt(CREDIT);
        submit(ring, count);
        assertEquals(count, ring.inFlight());
        List<Long> posted = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          posted.add(result(random));
          session.post(i, posted.get(i));
        }
        take(session);
        session.complete();
        settle(ring, count);
        assertEquals(posted, results);
        assertEquals(0, ring.inFlight());
        results.clear();
      }
    }
  }

  /** The worst that credit allows, from every slot: nothing ever lacks room. */
  @Test
  void allOfTheCreditCompletesExtendedAtOnce() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withCredit(CREDIT))) {
      PeerSession session = server.attached();
      for (int round = 0; round < 100; round++) {
        submit(ring, CREDIT);
        for (int i = 0; i < CREDIT; i++) {
          session.post(i, Long.MAX_VALUE);
        }
        take(session);
        session.complete();
        settle(ring, CREDIT);
        results.clear();
        submit(ring, 1);
        take(session);
        session.post(0, 0);
        session.complete();
        settle(ring, 1);
        results.clear();
      }
    }
  }

  /** A server that posts entries as they are, and what the client makes of them. */
  private RingViolationException violation(int skip, int submitted, int... flags) throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withStartIndex(0));
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withCredit(8))) {
      PeerSession session = server.attached();
      for (int i = 0; i < skip; i++) {
        submit(ring, 1);
        take(session);
        session.post(0, 0);
        session.complete();
        settle(ring, i + 1);
      }
      submit(ring, submitted);
      for (int flag : flags) {
        CqEntry.fill(session.cq().slots(), session.cq().claim(), 1, 0, flag);
      }
      session.complete();
      RingViolationException thrown =
          assertThrows(RingViolationException.class, () -> ring.reap(handler, 100));
      assertEquals("cqe", thrown.word());
      assertFalse(ring.gone(), "the server is still there: the client leaves");
      return thrown;
    }
  }

  @Test
  void loneHalfEndsTheSession() throws Exception {
    String said = violation(0, 2, 0, CqEntry.IORING_CQE_F_32).getMessage();
    assertTrue(said.contains("half of an extended completion"), said);
    assertEquals(List.of(0L), results);
  }

  @Test
  void extendedOneInTheLastSlotEndsTheSession() throws Exception {
    String said = violation(31, 1, CqEntry.IORING_CQE_F_32, 0).getMessage();
    assertTrue(said.contains("begins in the last slot"), said);
  }

  @Test
  void fillersElsewhereEndTheSession() throws Exception {
    int[] flood = new int[32];
    Arrays.fill(flood, CqEntry.IORING_CQE_F_SKIP);
    String said = violation(0, 8, flood).getMessage();
    assertTrue(said.contains("IORING_CQE_F_SKIP"), said);
    assertEquals(List.of(), results);
  }

  @Test
  void completionOfNothingEndsTheSession() throws Exception {
    String said = violation(0, 2, 0, 0, 0).getMessage();
    assertTrue(said.contains("completion of nothing"), said);
  }

  /** Fillers in their place carry nothing: the waiting client goes on waiting. */
  @Test
  void lawfulFillerIsNoCompletion() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withStartIndex(-1));
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withCredit(8))) {
      PeerSession session = server.attached();
      submit(ring, 1);
      long at = session.cq().claim();
      CqEntry.fill(session.cq().slots(), at, 0, 0, CqEntry.IORING_CQE_F_SKIP);
      session.complete();
      assertEquals(1, ring.await(1, 0));
      assertEquals(0, ring.reap(handler, 9));
      assertEquals(1, ring.inFlight());
      session.post(0, 7);
      session.complete();
      settle(ring, 1);
      assertEquals(List.of(7L), results);
    }
  }
}
