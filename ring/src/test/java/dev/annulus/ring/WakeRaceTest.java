// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The one moment that the two fences are for: a producer publishes while its consumer decides to
 * sleep. At least one of them must see the other. Without either fence, both stores may still be in
 * their processors' store buffers when the other side reads, and this test says so.
 */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class WakeRaceTest {
  private static final int ROUNDS = 300_000;

  /** Fewer rounds will do on a machine that has other work: two threads then seldom run at once. */
  private static final long BUDGET = SECONDS.toNanos(4);

  /** Counts arrivals: two a meeting. */
  private final AtomicInteger arrivals = new AtomicInteger();

  private final TestQueue queue = TestQueue.offHeap(true, 4, -1000);
  private final boolean[] wakes = new boolean[ROUNDS];
  private final boolean[] sees = new boolean[ROUNDS];
  private final long start = System.nanoTime();

  /** Written between the two meetings of the last round. */
  private volatile int rounds = ROUNDS;

  /** Both threads leave at the same moment, as nearly as two processors can. */
  private void meet(int meeting) {
    arrivals.incrementAndGet();
    for (int spins = 0; arrivals.get() < 2 * meeting; spins++) {
      if (spins > 2_000) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private static int dawdle(SplittableRandom random) {
    int work = 0;
    for (int i = random.nextInt(16); i > 0; i--) {
      work += Long.bitCount(work + i);
    }
    return work;
  }

  private int publish() {
    SplittableRandom random = new SplittableRandom(1);
    int work = 0;
    for (int round = 0; round < rounds; round++) {
      queue.put(round);
      meet(2 * round + 1);
      work += dawdle(random);
      wakes[round] = queue.producer.publish();
      meet(2 * round + 2);
    }
    return work;
  }

  private int arm() {
    SplittableRandom random = new SplittableRandom(2);
    int work = 0;
    for (int round = 0; round < rounds; round++) {
      meet(2 * round + 1);
      work += dawdle(random);
      sees[round] = queue.consumer.arm(1);
      if (System.nanoTime() - start > BUDGET) {
        rounds = round + 1;
      }
      meet(2 * round + 2);
      assertEquals(1, queue.consumer.refresh());
      assertEquals(round, queue.take());
      queue.consumer.release();
    }
    return work;
  }

  @Test
  void eitherTheProducerWakesOrTheConsumerSees() throws Exception {
    FutureTask<Integer> producer = new FutureTask<>(this::publish);
    Thread.ofPlatform().daemon().name("producer").start(producer);
    arm();
    producer.get();
    for (int round = 0; round < rounds; round++) {
      assertTrue(wakes[round] || sees[round], "lost wake-up in round " + round);
    }
  }
}
