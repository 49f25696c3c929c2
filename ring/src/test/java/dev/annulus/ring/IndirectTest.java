// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The indirect array: entries that change places, and places that name what is not there. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class IndirectTest {
  private static final int ENTRIES = 8;

  static Stream<TestQueue> queues() {
    return Arrays.stream(TestQueue.STARTS)
        .boxed()
        .flatMap(start -> Stream.of(true, false).map(w -> TestQueue.indirect(w, ENTRIES, start)));
  }

  private static List<Long> take(TestQueue queue) {
    List<Long> taken = new ArrayList<>();
    for (int ready = queue.consumer.refresh(); ready > 0; ready--) {
      taken.add(queue.take());
    }
    queue.consumer.release();
    return taken;
  }

  @ParameterizedTest
  @MethodSource("queues")
  void swappedEntriesAreTakenInTheirNewOrder(TestQueue queue) {
    queue.put(10);
    queue.producer.publish();
    for (long value : new long[] {0, 1, 2}) {
      queue.put(value);
    }
    queue.producer.swap(0, 2);
    queue.producer.swap(1, 1);
    queue.producer.publish();
    assertEquals(List.of(10L, 2L, 1L, 0L), take(queue));
  }

  /** Any order, many times around: no slot is ever used twice at once, and none is lost. */
  @ParameterizedTest
  @MethodSource("queues")
  void everyOrderManyTimesAround(TestQueue queue) {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    long value = 0;
    List<Long> waiting = new ArrayList<>();
    for (int round = 0; round < 2_000; round++) {
      List<Long> batch = new ArrayList<>();
      int count = random.nextInt(queue.producer.refreshFree() + 1);
      for (int i = 0; i < count; i++) {
        queue.put(value);
        batch.add(value++);
      }
      for (int i = 0; i < count; i++) {
        int one = random.nextInt(count);
        int other = random.nextInt(count);
        queue.producer.swap(one, other);
        Collections.swap(batch, one, other);
      }
      queue.producer.publish();
      waiting.addAll(batch);
      for (int n = random.nextInt(queue.consumer.refresh() + 1); n > 0; n--) {
        assertEquals(waiting.removeFirst(), queue.take(), () -> "seed " + seed);
      }
      queue.consumer.release();
    }
    assertEquals(waiting, take(queue), () -> "seed " + seed);
  }

  @ParameterizedTest
  @MethodSource("queues")
  void unclaimedIsWhatWouldBeTakenLast(TestQueue queue) {
    queue.put(1);
    queue.put(2);
    queue.producer.swap(0, 1);
    queue.producer.unclaim();
    queue.producer.publish();
    assertEquals(List.of(2L), take(queue));
    queue.put(3);
    queue.producer.publish();
    assertEquals(List.of(3L), take(queue));
  }

  @ParameterizedTest
  @MethodSource("queues")
  void slotThatIsNotThereIsAViolation(TestQueue queue) {
    for (int slot : new int[] {ENTRIES, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      queue.put(1);
      queue.producer.publish();
      long at = queue.producer.tail() - 1;
      queue.name(at, slot);
      assertEquals(1, queue.consumer.refresh());
      RingViolationException thrown =
          assertThrows(RingViolationException.class, queue.consumer::next);
      assertEquals("sq_array", thrown.word());
      assertTrue(thrown.getMessage().contains(Integer.toUnsignedString(slot)), thrown.getMessage());
      assertEquals(1, queue.consumer.available(), "nothing was taken");
      queue.name(at, (int) Long.remainderUnsigned(at, ENTRIES));
      assertEquals(List.of(1L), take(queue));
    }
  }

  /** The producer trusts itself, not the array that it shares: another side may have written it. */
  @Test
  void producerNeverReadsItsArray() {
    TestQueue queue = TestQueue.indirect(true, ENTRIES, 0);
    for (int i = 0; i < ENTRIES; i++) {
      queue.name(i, -1);
    }
    for (int i = 0; i < ENTRIES; i++) {
      assertEquals(queue.slot(i), queue.producer.claim());
    }
  }

  /** Twice the same slot is the producer's own business: the entry is taken twice. */
  @Test
  void slotNamedTwiceIsTakenTwice() {
    TestQueue queue = TestQueue.indirect(true, ENTRIES, 0);
    queue.put(5);
    queue.put(6);
    queue.producer.publish();
    queue.name(1, 0);
    assertEquals(List.of(5L, 5L), take(queue));
  }

  @Test
  void swapNeedsAnArrayAndClaimedEntries() {
    TestQueue direct = TestQueue.wide(ENTRIES, 0);
    direct.put(1);
    assertThrows(IllegalStateException.class, () -> direct.producer.swap(0, 0));
    TestQueue queue = TestQueue.indirect(true, ENTRIES, -1);
    assertThrows(IndexOutOfBoundsException.class, () -> queue.producer.swap(0, 0));
    queue.put(1);
    assertThrows(IndexOutOfBoundsException.class, () -> queue.producer.swap(0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> queue.producer.swap(-1, 0));
  }
}
