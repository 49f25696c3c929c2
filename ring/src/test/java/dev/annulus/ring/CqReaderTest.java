// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Completions of both sizes, through queues whose indices start anywhere. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class CqReaderTest {
  private static final int ENTRIES = 8;

  private TestQueue queue;
  private CqWriter writer;
  private CqReader reader;

  /** What was read, as text: a plain one {@code tag=result}, an extended one with its numbers. */
  private final List<String> seen = new ArrayList<>();

  private final CompletionHandler handler =
      new CompletionHandler() {
        @Override
        public void completed(long userData, int result, int flags) {
          seen.add(userData + "=" + result);
        }

        @Override
        public void completedExtended(
            long userData, int result, int flags, long extra1, long extra2) {
          assertEquals(CqEntry.IORING_CQE_F_32, flags);
          seen.add(userData + "=" + result + "," + extra1 + "," + extra2);
        }
      };

  static LongStream starts() {
    return LongStream.of(TestQueue.STARTS).flatMap(s -> LongStream.range(s, s + ENTRIES));
  }

  private void open(int entries, long start) {
    queue = TestQueue.completions(entries, start);
    writer = new CqWriter(queue.producer);
    reader = new CqReader(queue.consumer);
  }

  private int take(int most) {
    try {
      return reader.take(handler, queue.consumer.refresh(), most);
    } finally {
      queue.consumer.release();
    }
  }

  @ParameterizedTest
  @MethodSource("starts")
  void resultsOfBothSizesComeAsTheyWere(long start) {
    open(ENTRIES, start);
    for (long round = 0; round < 3 * ENTRIES; round++) {
      assertTrue(writer.post(round, round << 31));
      assertTrue(writer.post(round, -Errno.EIO));
      queue.producer.publish();
      assertEquals(2, take(9));
      String first =
          round == 0 ? "0=0" : round + "=" + -Errno.EOVERFLOW + "," + (round << 31) + ",0";
      assertEquals(List.of(first, round + "=" + -Errno.EIO), seen);
      seen.clear();
      assertEquals(2 * (round + 1), reader.completed());
    }
  }

  @ParameterizedTest
  @MethodSource("starts")
  void nothingIsSeenOfAnExtendedOneBeforeAll(long start) {
    open(ENTRIES, start);
    for (int round = 0; round < 2 * ENTRIES; round++) {
      assertTrue(writer.postExtended(round, 1, 2, 3));
      assertEquals(0, take(1));
      queue.producer.publish();
      assertEquals(1, take(1));
      assertEquals(List.of(round + "=1,2,3"), seen);
      seen.clear();
    }
  }

  @Test
  void mostCountsCompletionsAndNeverCutsOneInHalf() {
    open(ENTRIES, 0);
    writer.postExtended(1, 0, 10, 11);
    writer.post(2, 0);
    writer.postExtended(3, 0, 30, 31);
    queue.producer.publish();
    assertEquals(1, take(1));
    assertEquals(List.of("1=0,10,11"), seen);
    assertEquals(1, take(1));
    assertEquals(1, take(1));
    assertEquals(List.of("1=0,10,11", "2=0", "3=0,30,31"), seen);
    assertEquals(0, take(1));
  }

  @Test
  void withoutRoomForAllNothingIsWritten() {
    open(4, 3);
    assertTrue(writer.post(1, 0)); // takes slot 3; two slots and slot 3 again are left
    assertTrue(writer.postExtended(2, 0, 0, 0));
    assertFalse(writer.postExtended(3, 0, 0, 0));
    assertEquals(3, queue.producer.pending());
    assertTrue(writer.post(3, 0));
    assertFalse(writer.post(4, 0));
    queue.producer.publish();
    assertEquals(3, take(9));
    assertTrue(writer.postExtended(5, 0, 0, 0), "a filler and two slots");
    assertEquals(3, queue.producer.pending());
  }

  /** The rule of RFC 1, section 3: with so many operations in flight nothing ever lacks room. */
  @Test
  void queueHasRoomForAllThatTheCreditAllows() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int credit = 1; credit <= 40; credit++) {
      int entries = CqWriter.entriesFor(credit);
      assertTrue(CqReader.operationsFor(entries) >= credit);
      assertTrue(CqReader.operationsFor(entries / 2) < credit, "half as many do as well");
      open(entries, random.nextInt(entries));
      for (int round = 0; round < 200; round++) {
        for (int i = 0; i < credit; i++) {
          boolean fits = random.nextBoolean();
          assertTrue(writer.post(i, fits ? 1 : Long.MAX_VALUE), () -> "no room; seed " + seed);
        }
        queue.producer.publish();
        assertEquals(credit, take(credit), () -> "seed " + seed);
      }
    }
  }

  /** One entry less, and the worst case does not fit: the rule is not too generous. */
  @Test
  void oneSlotLessWouldOverflow() {
    open(ENTRIES, 1);
    for (int i = 0; i < ENTRIES / 2 - 1; i++) {
      assertTrue(writer.postExtended(i, 0, 0, 0));
    }
    assertFalse(writer.postExtended(9, 0, 0, 0));
  }

  @Test
  void completionsThatAreNotTheLastAreNotCounted() {
    open(ENTRIES, -3);
    CqEntry.fill(queue.slots, queue.producer.claim(), 7, 1, CqEntry.IORING_CQE_F_MORE);
    writer.post(7, 0);
    queue.producer.publish();
    assertEquals(2, take(9));
    assertEquals(1, reader.completed());
  }

  @Test
  void whoTakesNoExtendedOnesIsToldOfAnError() {
    open(ENTRIES, 0);
    writer.post(1, 1L << 40);
    queue.producer.publish();
    reader.take(
        (tag, result, flags) -> seen.add(tag + "=" + result), queue.consumer.available(), 1);
    assertEquals(List.of("1=" + -Errno.EOVERFLOW), seen);
  }

  private void raw(long userData, int flags) {
    CqEntry.fill(queue.slots, queue.producer.claim(), userData, 0, flags);
  }

  private void assertViolation(String what) {
    queue.producer.publish();
    RingViolationException thrown =
        assertThrows(RingViolationException.class, () -> take(Integer.MAX_VALUE));
    assertEquals("cqe", thrown.word());
    assertTrue(thrown.getMessage().contains(what), thrown.getMessage());
  }

  @Test
  void loneHalfIsAViolation() {
    open(ENTRIES, 0);
    raw(1, 0);
    raw(2, CqEntry.IORING_CQE_F_32);
    assertViolation("half of an extended");
    assertEquals(List.of("1=0"), seen);
  }

  @Test
  void extendedOneInTheLastSlotIsAViolation() {
    open(ENTRIES, ENTRIES - 1);
    raw(1, CqEntry.IORING_CQE_F_32);
    raw(2, 0);
    assertViolation("begins in the last slot");
    assertEquals(List.of(), seen);
  }

  @Test
  void floodOfFillersIsAViolation() {
    open(ENTRIES, 0);
    for (int i = 0; i < ENTRIES; i++) {
      raw(0, CqEntry.IORING_CQE_F_SKIP);
    }
    assertViolation("IORING_CQE_F_SKIP");
  }

  @Test
  void fillerThatIsMoreThanThatIsAViolation() {
    for (int more : new int[] {CqEntry.IORING_CQE_F_MORE, CqEntry.IORING_CQE_F_32, 1 << 30}) {
      open(ENTRIES, ENTRIES - 1);
      raw(0, CqEntry.IORING_CQE_F_SKIP | more);
      assertViolation("IORING_CQE_F_SKIP");
    }
  }

  /** Whatever stands in the slots, each is looked at once, and nothing outside them. */
  @Test
  void garbageEndsInCompletionsOrAViolation() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    int violations = 0;
    for (int round = 0; round < 20_000; round++) {
      open(ENTRIES, random.nextLong());
      int count = random.nextInt(ENTRIES + 1);
      for (int i = 0; i < count; i++) {
        raw(random.nextLong(), random.nextInt() & random.nextInt());
      }
      queue.producer.publish();
      try {
        int[] calls = new int[1];
        int taken = reader.take((tag, result, flags) -> calls[0]++, queue.consumer.refresh(), 9);
        assertEquals(taken, calls[0], () -> "seed " + seed);
        assertEquals(0, queue.consumer.available(), () -> "seed " + seed);
      } catch (RingViolationException violation) {
        assertEquals("cqe", violation.word());
        violations++;
      }
    }
    assertTrue(violations > 1_000, violations + " violations of 20,000; seed " + seed);
  }
}
