// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a queue promises, for both widths of words, with and without indirect array, and from every
 * start that could wrap.
 */
class QueueContractTest {
  private static final int ENTRIES = 8;

  static Stream<TestQueue> queues() {
    return queues(ENTRIES);
  }

  static Stream<TestQueue> queuesOfOne() {
    return queues(1);
  }

  private static Stream<TestQueue> queues(int entries) {
    return Arrays.stream(TestQueue.STARTS)
        .boxed()
        .flatMap(start -> Stream.of(true, false).flatMap(w -> ofBothOrders(w, entries, start)));
  }

  private static Stream<TestQueue> ofBothOrders(boolean wide, int entries, long start) {
    return Stream.of(TestQueue.of(wide, entries, start), TestQueue.indirect(wide, entries, start));
  }

  @ParameterizedTest
  @MethodSource("queues")
  void newQueueIsEmpty(TestQueue queue) {
    assertEquals(0, queue.consumer.available());
    assertEquals(0, queue.consumer.refresh());
    assertEquals(ENTRIES, queue.producer.free());
    assertEquals(ENTRIES, queue.producer.refreshFree());
    assertEquals(0, queue.producer.pending());
    assertEquals(queue.asWord(queue.start), queue.producer.tail());
    assertEquals(queue.asWord(queue.start), queue.consumer.head());
    assertEquals((int) queue.start, queue.consumer.tailLow());
  }

  @ParameterizedTest
  @MethodSource("queues")
  void claimedIsInvisibleUntilPublished(TestQueue queue) {
    for (int i = 0; i < 3; i++) {
      queue.put(100 + i);
      assertEquals(queue.asWord(queue.start), queue.tail());
      assertEquals(0, queue.consumer.refresh());
      assertEquals(i + 1, queue.producer.pending());
    }
    queue.producer.publish();
    assertEquals(queue.asWord(queue.start + 3), queue.tail());
    assertEquals(0, queue.producer.pending());
    assertEquals(3, queue.consumer.available());
    for (int i = 0; i < 3; i++) {
      assertEquals(100 + i, queue.take());
    }
    assertEquals(0, queue.consumer.available());
  }

  @ParameterizedTest
  @MethodSource("queues")
  void publishOfNothingStoresNothing(TestQueue queue) {
    assertFalse(queue.producer.publish());
    queue.tail(queue.start + 1);
    assertFalse(queue.producer.publish());
    assertEquals(queue.asWord(queue.start + 1), queue.tail());
  }

  @ParameterizedTest
  @MethodSource("queues")
  void fullAfterAllEntriesAndFreeOnlyAfterRelease(TestQueue queue) {
    for (int i = 0; i < ENTRIES; i++) {
      assertEquals(ENTRIES - i, queue.producer.free());
      assertEquals(queue.slot(queue.start + i), queue.producer.claim());
    }
    assertEquals(-1, queue.producer.claim());
    assertEquals(0, queue.producer.free());
    queue.producer.publish();
    assertEquals(-1, queue.producer.claim());
    assertEquals(ENTRIES, queue.consumer.available());
    queue.consumer.next();
    queue.consumer.next();
    assertEquals(-1, queue.producer.claim());
    assertEquals(queue.asWord(queue.start), queue.head());
    queue.consumer.release();
    assertEquals(queue.asWord(queue.start + 2), queue.head());
    assertEquals(0, queue.producer.free());
    assertEquals(2, queue.producer.refreshFree());
    assertEquals(queue.slot(queue.start + ENTRIES), queue.producer.claim());
    assertEquals(queue.slot(queue.start + ENTRIES + 1), queue.producer.claim());
    assertEquals(-1, queue.producer.claim());
  }

  @ParameterizedTest
  @MethodSource("queues")
  void runsLieInARowOrAreTakenOneByOne(TestQueue queue) {
    for (int bad : new int[] {Integer.MIN_VALUE, -1, 0, ENTRIES + 1}) {
      assertThrows(IllegalArgumentException.class, () -> queue.producer.claim(bad));
    }
    for (int done = 0; done < 4 * ENTRIES; done += 3) {
      boolean whole = queue.inARow(done, 3);
      assertEquals(whole ? queue.slot(queue.start + done) : -1, queue.producer.claim(3));
      for (int i = whole ? 3 : 0; i < 3; i++) {
        queue.producer.claim();
      }
      assertEquals(3, queue.producer.pending());
      queue.producer.publish();
      assertEquals(3, queue.consumer.available());
      assertEquals(whole ? queue.slot(queue.start + done) : -1, queue.consumer.next(3));
      for (int i = whole ? 3 : 0; i < 3; i++) {
        assertEquals(queue.slot(queue.start + done + i), queue.consumer.next());
      }
      assertEquals(0, queue.consumer.available());
      queue.consumer.release();
    }
  }

  @ParameterizedTest
  @MethodSource("queues")
  void runNeedsItsRoom(TestQueue queue) {
    for (int i = 0; i < ENTRIES - 2; i++) {
      queue.producer.claim();
    }
    assertEquals(-1, queue.producer.claim(3));
    assertEquals(ENTRIES - 2, queue.producer.pending());
    queue.producer.publish();
    assertEquals(ENTRIES - 2, queue.consumer.available());
    queue.consumer.next();
    assertEquals(-1, queue.producer.claim(3), "not released yet");
    queue.consumer.release();
    long first = queue.inARow(ENTRIES - 2, 3) ? queue.slot(queue.start + ENTRIES - 2) : -1;
    assertEquals(first, queue.producer.claim(3), "the head is read where it must be");
  }

  @ParameterizedTest
  @MethodSource("queues")
  void unclaimGivesTheSlotBackOnce(TestQueue queue) {
    assertThrows(IllegalStateException.class, queue.producer::unclaim);
    long first = queue.producer.claim();
    queue.producer.unclaim();
    assertEquals(ENTRIES, queue.producer.free());
    assertThrows(IllegalStateException.class, queue.producer::unclaim);
    assertEquals(first, queue.producer.claim());
    queue.producer.publish();
    assertThrows(IllegalStateException.class, queue.producer::unclaim);
    assertEquals(1, queue.consumer.available());
  }

  @ParameterizedTest
  @MethodSource("queues")
  void putBackEntryIsTakenAgain(TestQueue queue) {
    assertThrows(IllegalStateException.class, queue.consumer::putBack);
    queue.put(1);
    queue.put(2);
    queue.producer.publish();
    assertEquals(2, queue.consumer.available());
    assertEquals(1, queue.take());
    assertEquals(2, queue.take());
    queue.consumer.putBack();
    assertEquals(1, queue.consumer.available());
    queue.consumer.release();
    assertThrows(IllegalStateException.class, queue.consumer::putBack);
    assertEquals(queue.asWord(queue.start + 1), queue.head());
    assertEquals(2, queue.take());
  }

  @ParameterizedTest
  @MethodSource("queues")
  void availableReadsTheTailOnlyWhenNoneAreKnown(TestQueue queue) {
    queue.put(1);
    queue.producer.publish();
    assertEquals(1, queue.consumer.available());
    queue.put(2);
    queue.producer.publish();
    assertEquals(1, queue.consumer.available());
    assertEquals(2, queue.consumer.refresh());
  }

  @ParameterizedTest
  @MethodSource("queuesOfOne")
  void queueOfOneEntryPassesOneAtATime(TestQueue queue) {
    for (int i = 0; i < 20; i++) {
      queue.put(i);
      assertEquals(-1, queue.producer.claim());
      queue.producer.publish();
      assertEquals(1, queue.consumer.available());
      assertEquals(i, queue.take());
      queue.consumer.release();
    }
  }

  @ParameterizedTest
  @MethodSource("queues")
  void allBatchSizesGoRoundAllSlotsInOrder(TestQueue queue) {
    long written = 0;
    long read = 0;
    for (int round = 0; round < 200; round++) {
      int batch = 1 + round % ENTRIES;
      for (int i = 0; i < batch; i++) {
        long at = queue.producer.claim();
        assertEquals(queue.slot(queue.start + written), at);
        queue.producer.unclaim();
        queue.put(written++);
      }
      queue.producer.publish();
      assertEquals(batch, queue.consumer.available());
      for (int i = 0; i < batch; i++) {
        assertEquals(read++, queue.take());
      }
      queue.consumer.release();
    }
    assertEquals(queue.asWord(queue.start + written), queue.tail());
    assertEquals(queue.asWord(queue.start + written), queue.head());
  }

  @ParameterizedTest
  @MethodSource("queues")
  void endsMadeInTheMiddleGoOnFromTheWords(TestQueue queue) {
    List<Long> seen = new ArrayList<>();
    for (long i = 0; i < 40; i++) {
      queue.put(i);
      queue.producer.publish();
      queue.producer = new Producer(queue.layout);
      if (i % 3 == 2) {
        queue.consumer = new Consumer(queue.layout);
        for (int ready = queue.consumer.available(); ready > 0; ready--) {
          seen.add(queue.take());
        }
        queue.consumer.release();
      }
    }
    assertEquals(Stream.iterate(0L, i -> i < 39, i -> i + 1).toList(), seen);
    assertTrue(queue.consumer.refresh() == 1);
  }
}
