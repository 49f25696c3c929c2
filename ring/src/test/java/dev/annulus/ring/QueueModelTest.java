// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random operations on both ends of a queue, against two plain deques. */
class QueueModelTest {
  private static final int STEPS = 20_000;

  private final ArrayDeque<Long> claimed = new ArrayDeque<>();
  private final ArrayDeque<Long> published = new ArrayDeque<>();
  private final ArrayDeque<Long> taken = new ArrayDeque<>();
  private SplittableRandom random;
  private TestQueue queue;
  private long next;

  /** Known to the consumer of what is published: it looks again only when it has none. */
  private int known;

  static LongStream seeds() {
    return LongStream.range(0, 20);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void behavesAsDequesDo(long seed) {
    random = new SplittableRandom(seed);
    int entries = 1 << random.nextInt(6);
    long start = TestQueue.STARTS[random.nextInt(TestQueue.STARTS.length)];
    queue = TestQueue.of(random.nextBoolean(), entries, start);
    for (int step = 0; step < STEPS; step++) {
      String where = "seed " + seed + ", step " + step + ", " + queue;
      step(entries, where);
      assertEquals(claimed.size(), queue.producer.pending(), where);
    }
  }

  private void step(int entries, String where) {
    switch (random.nextInt(8)) {
      case 0, 1 -> claim(entries, where);
      case 2 -> {
        queue.producer.publish();
        published.addAll(claimed);
        claimed.clear();
      }
      case 3 -> unclaim();
      case 4, 5 -> take(where);
      case 6 -> {
        queue.consumer.release();
        taken.clear();
      }
      default -> putBack();
    }
  }

  private void claim(int entries, String where) {
    boolean full = claimed.size() + published.size() + taken.size() == entries;
    long at = queue.producer.claim();
    assertEquals(full, at < 0, where);
    if (!full) {
      queue.slots.set(ValueLayout.JAVA_LONG, at, next);
      claimed.add(next++);
    }
  }

  private void unclaim() {
    if (!claimed.isEmpty()) {
      queue.producer.unclaim();
      claimed.removeLast();
    }
  }

  private void take(String where) {
    if (known == 0 || random.nextBoolean()) {
      int ready = known == 0 ? queue.consumer.available() : queue.consumer.refresh();
      assertEquals(published.size(), ready, where);
      known = ready;
    } else {
      assertEquals(known, queue.consumer.available(), where);
    }
    if (known > 0) {
      known--;
      long value = published.remove();
      assertEquals(value, queue.take(), where);
      taken.add(value);
    }
  }

  private void putBack() {
    if (!taken.isEmpty()) {
      queue.consumer.putBack();
      published.addFirst(taken.removeLast());
      known++;
    }
  }
}
