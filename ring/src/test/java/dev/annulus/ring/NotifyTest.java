// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is woken when: exactly when a publish passes the index that is waited for. */
class NotifyTest {
  private static final int ENTRIES = 8;

  static LongStream starts() {
    return LongStream.of(TestQueue.STARTS);
  }

  /** The rule as one would say it: was the entry at {@code event} among those just published? */
  private static boolean naive(long event, long before, long now) {
    for (long index = before; index != now; index++) {
      if (index == event) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @MethodSource("starts")
  void ruleIsTheNaiveOneAroundEveryWrap(long start) {
    long[] far = {Long.MIN_VALUE, 1L << 31, 1L << 32, 1L << 62, Long.MAX_VALUE, -(1L << 32)};
    for (long before = start - 12; before != start + 12; before++) {
      for (int batch = 0; batch <= ENTRIES; batch++) {
        long now = before + batch;
        for (long event = before - 20; event != before + 20; event++) {
          assertEquals(naive(event, before, now), Notify.crossed(event, before, now));
        }
        for (long distance : far) {
          assertFalse(Notify.crossed(before + distance, before, now));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("starts")
  void nobodyIsWokenWhoDidNotArm(long start) {
    TestQueue queue = TestQueue.wide(ENTRIES, start);
    for (int i = 0; i < 100; i++) {
      queue.put(i);
      assertFalse(queue.producer.publish(), queue::toString);
      assertEquals(1, queue.consumer.available());
      queue.take();
      queue.consumer.release();
    }
  }

  /** Each wait for n entries is woken by exactly one publish: the one that makes them n. */
  @ParameterizedTest
  @MethodSource("starts")
  void eachWaitIsWokenOnceAndByTheRightPublish(long start) {
    SplittableRandom random = new SplittableRandom(start);
    TestQueue queue = TestQueue.wide(ENTRIES, start);
    int there = 0;
    for (int round = 0; round < 5_000; round++) {
      int count = 1 + random.nextInt(ENTRIES);
      boolean satisfied = queue.consumer.arm(count);
      assertEquals(there >= count, satisfied, queue::toString);
      assertEquals((int) queue.producer.tail(), queue.consumer.tailLow());
      boolean woken = satisfied;
      while (there < ENTRIES && (there < count || random.nextInt(3) > 0)) {
        int batch = 1 + random.nextInt(ENTRIES - there);
        for (int i = 0; i < batch; i++) {
          queue.put(0);
        }
        boolean wakes = queue.producer.publish();
        there += batch;
        assertEquals(!woken && there >= count, wakes, queue::toString);
        woken |= wakes;
      }
      assertTrue(woken, queue::toString);
      int take = count == 1 ? there : random.nextInt(there + 1);
      assertEquals(there, queue.consumer.refresh());
      for (int i = 0; i < take; i++) {
        queue.consumer.next();
      }
      queue.consumer.release();
      there -= take;
    }
  }

  @ParameterizedTest
  @MethodSource("starts")
  void waitThatWasGivenUpCostsOneWakeUpAtMost(long start) {
    TestQueue queue = TestQueue.wide(ENTRIES, start);
    assertFalse(queue.consumer.arm(2));
    int woken = 0;
    for (int i = 0; i < 50; i++) {
      queue.put(i);
      woken += queue.producer.publish() ? 1 : 0;
      queue.consumer.available();
      queue.take();
      queue.consumer.release();
    }
    assertEquals(1, woken);
  }

  @Test
  void queueWithoutEventIndexWakesNobodyAndCannotBeArmed() {
    MemorySegment memory = Arena.ofAuto().allocate(1024, 64);
    QueueLayout layout =
        QueueLayout.peer(memory, 0, memory, 64, QueueLayout.NONE, memory, 128, 8, 64);
    memory.fill((byte) 0);
    Producer producer = new Producer(layout);
    Consumer consumer = new Consumer(layout);
    assertThrows(IllegalStateException.class, () -> consumer.arm(1));
    producer.claim();
    assertFalse(producer.publish());
    assertThrows(IllegalStateException.class, () -> TestQueue.narrow(8, 0).consumer.arm(1));
  }

  @Test
  void waitThatCouldNeverEndIsRefused() {
    TestQueue queue = TestQueue.wide(ENTRIES, -3);
    assertThrows(IllegalArgumentException.class, () -> queue.consumer.arm(0));
    assertThrows(IllegalArgumentException.class, () -> queue.consumer.arm(-1));
    assertThrows(IllegalArgumentException.class, () -> queue.consumer.arm(ENTRIES + 1));
    queue.put(1);
    queue.producer.publish();
    queue.consumer.available();
    queue.take();
    // Its slot is not released: the producer can publish one fewer.
    assertThrows(IllegalArgumentException.class, () -> queue.consumer.arm(ENTRIES));
    assertFalse(queue.consumer.arm(ENTRIES - 1));
  }

  @Test
  void kernelQueueNeverAsksForAWakeUp() {
    TestQueue queue = TestQueue.narrow(ENTRIES, 0);
    MemorySegment words = queue.consumerWords;
    for (long event = 0; event < ENTRIES; event++) {
      words.set(ValueLayout.JAVA_LONG, TestQueue.EVENT, event);
      queue.put(event);
      assertFalse(queue.producer.publish());
    }
  }
}
