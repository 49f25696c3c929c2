// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.CqReader;
import dev.annulus.ring.CqWriter;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues of an application's own entries: traffic, waiting, ends that disagree, what remains. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class PeerQueuesTest {
  private static final QueueOptions SMALL = QueueOptions.of(8, 32, 4, 128, 7);

  /** Sends numbers one way, gets each back doubled the other; both sleep all the time. */
  @ParameterizedTest
  @CsvSource({
    "0, PARK", "0, ADAPTIVE",
    "9223372036854775803, ADAPTIVE", "9223372036854775803, PARK",
    "-5, ADAPTIVE", "-5, PARK"
  })
  void entriesOfOnesOwn(long start, WaitStrategy waiting) throws Exception {
    QueueOptions options = SMALL.withStartIndex(start).withWaiting(waiting);
    try (QueuePair pair = QueuePair.open(options)) {
      assertEquals(start, pair.second().out().tail());
      int count = 2_000;
      FutureTask<Void> doubling = new FutureTask<>(() -> doubling(pair.second(), count), null);
      Thread.ofVirtual().start(doubling);
      PeerQueues first = pair.first();
      int sent = 0;
      for (int got = 0; got < count; ) {
        long at;
        while (sent < count && (at = first.out().claim()) >= 0) {
          first.out().slots().set(JAVA_LONG, at + 24, sent++);
        }
        first.publish();
        int ready = first.await(1, 0);
        for (int i = 0; i < ready; i++) {
          assertEquals(2L * got++, first.in().slots().get(JAVA_LONG, first.in().next() + 120));
        }
        first.in().release();
      }
      doubling.get();
    }
  }

  private static void doubling(PeerQueues queues, int count) {
    try {
      for (int done = 0; done < count; done++) {
        queues.await(1, 0);
        long number = queues.in().slots().get(JAVA_LONG, queues.in().next() + 24);
        queues.in().release();
        long at;
        while ((at = queues.out().claim()) < 0) {
          Thread.yield();
        }
        queues.out().slots().set(JAVA_LONG, at + 120, 2 * number);
        queues.publish();
      }
    } catch (PeerGoneException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Standard entries, opcodes of the application's own, and a result of more than 31 bits. */
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 4, -5})
  void opcodesOfOnesOwn(long start) throws Exception {
    int square = Opcode.FIRST_OF_APPLICATION + 1;
    QueueOptions options = QueueOptions.client(4, 0x5351).withStartIndex(start);
    try (QueuePair pair = QueuePair.open(options)) {
      CqWriter answers = new CqWriter(pair.second().out());
      CqReader completions = new CqReader(pair.first().in());
      for (long number = 0; number < 100_000; number += 9_999) {
        long at = pair.first().out().claim();
        SqEntry.fill(pair.first().out().slots(), at, square, -1, number, 0, 0, number);
        pair.first().publish();
        assertEquals(1, pair.second().await(1, 0));
        long entry = pair.second().in().next();
        assertEquals(square, SqEntry.opcode(pair.second().in().slots(), entry));
        long asked = SqEntry.off(pair.second().in().slots(), entry);
        pair.second().in().release();
        assertTrue(answers.post(asked, asked * asked));
        pair.second().publish();
        long[] got = {-1, -1};
        while (got[0] < 0) {
          completions.take(answerTo(got), pair.first().await(1, 0), 1);
          pair.first().in().release();
        }
        assertEquals(number, got[0]);
        assertEquals(number * number, got[1]);
      }
    }
  }

  private static CompletionHandler answerTo(long[] got) {
    return new CompletionHandler() {
      @Override
      public void completed(long userData, int result, int flags) {
        got[0] = userData;
        got[1] = result;
      }

      @Override
      public void completedExtended(
          long userData, int result, int flags, long extra1, long extra2) {
        got[0] = userData;
        got[1] = extra1;
      }
    };
  }

  @Test
  void theOtherEndGetsWhatIsLeftThenIsTold() throws Exception {
    try (QueuePair pair = QueuePair.open(SMALL)) {
      pair.first().out().claim();
      pair.first().publish();
      pair.first().close();
      PeerQueues left = pair.second();
      assertEquals(1, left.await(4, 0), "what is left");
      left.in().next();
      left.in().release();
      String why = assertThrows(PeerGoneException.class, () -> left.await(1, 0)).getMessage();
      assertTrue(why.endsWith("it was closed"), why);
    }
  }

  @Test
  void nobodyComes() throws Exception {
    PeerEnd[] ends = PeerEnd.pair(SMALL.ownBytes(), SMALL.otherBytes());
    try (PeerEnd other = ends[1]) {
      assertFalse(other.first());
      ErrnoException late =
          assertThrows(
              ErrnoException.class, () -> PeerQueues.open(ends[0], SMALL.withSetupMillis(20)));
      assertEquals(Errno.ETIMEDOUT, late.errno());
    }
  }

  @Test
  void theOtherEndIsClosedBeforeItIsSetUp() throws Exception {
    PeerEnd[] ends = PeerEnd.pair(SMALL.ownBytes(), SMALL.otherBytes());
    ends[1].close();
    assertThrows(PeerGoneException.class, () -> PeerQueues.open(ends[0], SMALL));
  }

  /** The second end finds it out; the first is told why. */
  @Test
  void endsThatDisagreeAreBothTold() throws Exception {
    PeerEnd[] ends = PeerEnd.pair(SMALL.ownBytes(), SMALL.otherBytes());
    QueueOptions other = QueueOptions.of(4, 128, 8, 32, 8);
    FutureTask<PeerQueues> second = new FutureTask<>(() -> PeerQueues.open(ends[1], other));
    Thread.ofPlatform().start(second);
    String why =
        assertThrows(PeerGoneException.class, () -> PeerQueues.open(ends[0], SMALL)).getMessage();
    assertTrue(why.contains("disagree") && why.contains("protocol 0x7"), why);
    var failure = assertThrows(ExecutionException.class, second::get);
    assertEquals(Errno.EPROTO, ((ErrnoException) failure.getCause()).errno());
  }

  @Test
  void sizesAreThoseThatItWasMadeWith() throws Exception {
    PeerEnd[] ends = PeerEnd.pair(SMALL.ownBytes(), SMALL.otherBytes());
    QueueOptions larger = QueueOptions.of(512, 32, 4, 128, 7);
    ErrnoException e = assertThrows(ErrnoException.class, () -> PeerQueues.open(ends[0], larger));
    assertEquals(Errno.EINVAL, e.errno());
    ends[1].close();
    assertThrows(ErrnoException.class, () -> PeerEnd.pair(4096, 8192));
    assertThrows(ErrnoException.class, () -> PeerEnd.pair(8192, 8193));
    assertThrows(IllegalArgumentException.class, () -> QueueOptions.of(3, 8, 1, 8, 0));
    assertThrows(IllegalArgumentException.class, () -> QueueOptions.of(4, 8, 1, 8192, 0));
  }

  @Test
  void nothingIsLeftBehind() throws Exception {
    QueuePair.open(SMALL).close();
    Proc.Held before = Proc.Held.now();
    for (int i = 0; i < 50; i++) {
      QueuePair.open(SMALL).close();
      PeerEnd[] ends = PeerEnd.pair(SMALL.ownBytes(), SMALL.otherBytes());
      ends[0].close();
      assertThrows(PeerGoneException.class, () -> PeerQueues.open(ends[1], SMALL.exchanged()));
    }
    before.assertHeldAgain();
  }
}
