// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two threads: every entry arrives once, whole and in order, and no wake-up is lost. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class HandOffTest {
  private static final int SPINNING = 1_000_000;
  private static final int PARKING = 30_000;

  /** A machine that has other work gives less time to both threads at once: fewer will do. */
  private static final long BUDGET = SECONDS.toNanos(2);

  private volatile long deadline = System.nanoTime() + BUDGET;

  /** How many entries there are, once the one that makes them knows. */
  private volatile long end = Long.MAX_VALUE;

  static LongStream seeds() {
    return LongStream.range(0, TestQueue.STARTS.length);
  }

  private static TestQueue queue(boolean wide, long seed) {
    return TestQueue.offHeap(wide, 4 << seed % 4, TestQueue.STARTS[(int) seed]);
  }

  /** Fills all words of an entry with values that no other entry has. */
  private static void write(TestQueue queue, long at, long number) {
    for (int word = 0; word < queue.layout.entrySize(); word += 8) {
      queue.slots.set(ValueLayout.JAVA_LONG, at + word, mix(number + word));
    }
  }

  private static void check(TestQueue queue, long at, long number) {
    MemorySegment slots = queue.slots;
    for (int word = 0; word < queue.layout.entrySize(); word += 8) {
      if (slots.get(ValueLayout.JAVA_LONG, at + word) != mix(number + word)) {
        throw new AssertionError("entry " + number + ", byte " + word + ", " + queue);
      }
    }
  }

  private static long mix(long number) {
    return (number ^ number >>> 29) * 0xbf58476d1ce4e5b9L;
  }

  private static void dawdle(SplittableRandom random, int most) {
    for (int i = random.nextInt(most); i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  /** Spins, but gives way on a machine that has other work. */
  private static int spin(int idle) {
    if (idle > 1_000) {
      Thread.yield();
    } else {
      Thread.onSpinWait();
    }
    return idle + 1;
  }

  private static FutureTask<Void> start(String name, Runnable task) {
    FutureTask<Void> started = new FutureTask<>(task, null);
    Thread.ofPlatform().daemon().name(name).start(started);
    return started;
  }

  private static void join(FutureTask<?>... tasks) throws Exception {
    for (FutureTask<?> task : tasks) {
      try {
        task.get();
      } catch (ExecutionException e) {
        throw new AssertionError(e.getCause());
      }
    }
  }

  private boolean spent() {
    return System.nanoTime() - deadline > 0;
  }

  private void produce(TestQueue queue, SplittableRandom random, int count) {
    Producer producer = queue.producer;
    int idle = 0;
    long number = 0;
    while (number < count && !spent()) {
      long batch = Math.min(1 + random.nextInt(queue.layout.entries()), count - number);
      for (long at; batch > 0 && (at = producer.claim()) >= 0; batch--) {
        write(queue, at, number++);
      }
      idle = producer.pending() == 0 ? spin(idle) : 0;
      producer.publish();
    }
    end = number;
  }

  private void consume(TestQueue queue, SplittableRandom random) {
    Consumer consumer = queue.consumer;
    int idle = 0;
    for (long number = 0; number < end; ) {
      int ready = consumer.available();
      idle = ready == 0 ? spin(idle) : 0;
      for (int take = random.nextInt(ready + 1); take > 0; take--) {
        check(queue, consumer.next(), number++);
      }
      consumer.release();
    }
    assertEquals(0, consumer.refresh());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void spinningThreadsPassEveryEntry(long seed) throws Exception {
    for (boolean wide : new boolean[] {true, false}) {
      TestQueue queue = queue(wide, seed);
      end = Long.MAX_VALUE;
      deadline = System.nanoTime() + BUDGET;
      join(
          start("producer", () -> produce(queue, new SplittableRandom(seed), SPINNING)),
          start("consumer", () -> consume(queue, new SplittableRandom(~seed))));
    }
  }

  /**
   * A client that waits for all answers of a batch, and a server that waits for one request, each
   * asleep whenever it has nothing to do, with random delays everywhere. A wake-up that is lost, or
   * given to a publish too early, ends in the time limit.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void parkingThreadsLoseNoWakeUp(long seed) throws Exception {
    Sleeper requests = new Sleeper(queue(true, seed), new SplittableRandom(seed));
    Sleeper answers = new Sleeper(queue(true, seed), new SplittableRandom(seed + 100));
    join(
        start("client", () -> call(requests, answers, new SplittableRandom(seed + 200))),
        start("server", () -> serve(requests, answers, new SplittableRandom(seed + 300))));
  }

  private void call(Sleeper requests, Sleeper answers, SplittableRandom random) {
    int entries = requests.queue.layout.entries();
    for (long number = 0; number < end; ) {
      int batch = 1 + random.nextInt(entries);
      if (number + batch >= PARKING || spent()) {
        end = number + batch; // before the server can have the last of them
      }
      for (int i = 0; i < batch; i++) {
        write(requests.queue, requests.queue.producer.claim(), number + i);
        if (random.nextInt(4) == 0) {
          requests.publish(random);
        }
      }
      requests.publish(random);
      answers.await(batch);
      for (int i = 0; i < batch; i++) {
        check(answers.queue, answers.queue.consumer.next(), number++);
      }
      answers.queue.consumer.release();
    }
  }

  private void serve(Sleeper requests, Sleeper answers, SplittableRandom random) {
    for (long number = 0; number < end; ) {
      int ready = requests.await(1);
      for (int i = 0; i < ready; i++) {
        check(requests.queue, requests.queue.consumer.next(), number);
        requests.queue.consumer.release();
        write(answers.queue, answers.queue.producer.claim(), number++);
        if (random.nextInt(3) == 0) {
          answers.publish(random);
        }
      }
      answers.publish(random);
    }
  }

  /** A queue with a stand-in for the futex on its tail word. */
  private static final class Sleeper {
    final TestQueue queue;
    private final ParkingFutex futex;
    private final SplittableRandom random;

    Sleeper(TestQueue queue, SplittableRandom random) {
      this.queue = queue;
      this.random = random;
      futex = new ParkingFutex(() -> (int) queue.tail());
    }

    void publish(SplittableRandom of) {
      dawdle(of, 200);
      if (queue.producer.publish()) {
        dawdle(of, 200);
        futex.wake();
      }
    }

    int await(int count) {
      while (!queue.consumer.arm(count)) {
        dawdle(random, 200);
        futex.await(queue.consumer.tailLow());
      }
      return queue.consumer.available();
    }
  }
}
