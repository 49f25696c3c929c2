// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The other side writes what it likes: each lie is named, and no slot outside is ever handed out.
 */
class HostileWordsTest {
  private static final int ROUNDS = 5_000;

  private static final long[] FAR = {
    1L << 31, 1L << 32, 1L << 62, Long.MIN_VALUE, Long.MAX_VALUE, -(1L << 31), -(1L << 32), -1
  };

  static LongStream seeds() {
    return LongStream.range(0, 10);
  }

  /** A random queue in a random legal state: some published, taken, released, claimed. */
  private static final class Subject {
    final TestQueue queue;
    final int entries;
    long tail;
    long published;
    long headSeen;
    long tailSeen;
    long head;
    long released;

    Subject(SplittableRandom random) {
      entries = 1 << random.nextInt(6);
      long start = TestQueue.STARTS[random.nextInt(TestQueue.STARTS.length)];
      queue = TestQueue.of(random.nextBoolean(), entries, start);
      tail = published = headSeen = tailSeen = head = released = queue.start;
      for (int i = random.nextInt(8); i > 0; i--) {
        advance(random);
      }
    }

    private void advance(SplittableRandom random) {
      for (int i = random.nextInt(queue.producer.refreshFree() + 1); i > 0; i--) {
        queue.producer.claim();
        tail++;
      }
      headSeen = released;
      if (random.nextInt(4) > 0) {
        queue.producer.publish();
        published = tail;
      }
      int ready = queue.consumer.refresh();
      tailSeen = published;
      for (int i = random.nextInt(ready + 1); i > 0; i--) {
        queue.consumer.next();
        head++;
      }
      if (random.nextBoolean()) {
        queue.consumer.release();
        released = head;
      }
    }

    /** Distance of a word's value from an index, unsigned, in the width of the words. */
    long distance(long value, long from) {
      return queue.layout.wide() ? value - from : (value - from) & 0xffff_ffffL;
    }

    boolean headMayBe(long value) {
      return Long.compareUnsigned(distance(value, headSeen), published - headSeen) <= 0;
    }

    boolean tailMayBe(long value) {
      long most = released + entries - tailSeen;
      return Long.compareUnsigned(distance(value, tailSeen), most) <= 0;
    }
  }

  /** Near what is legal, a wrap away from it, or anywhere. */
  private static long lie(SplittableRandom random, long near, int entries) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> near + FAR[random.nextInt(FAR.length)] + random.nextInt(-3, 3 + entries);
      default -> near + random.nextInt(-entries - 3, 2 * entries + 3);
    };
  }

  private static Supplier<String> where(long seed, int round, String words, Subject subject) {
    return () -> "seed " + seed + ", round " + round + ", " + words + ", " + subject.queue;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void producerNamesEveryHeadThatCannotBeTrue(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Subject subject = new Subject(random);
      long value = lie(random, subject.headSeen, subject.entries);
      Supplier<String> where = where(seed, round, "head " + value, subject);
      subject.queue.head(value);
      Producer producer = subject.queue.producer;
      if (subject.headMayBe(value)) {
        long used = subject.tail - subject.headSeen - subject.distance(value, subject.headSeen);
        assertEquals(subject.entries - used, producer.refreshFree(), where);
      } else {
        String word =
            assertThrows(RingViolationException.class, producer::refreshFree, where).word();
        assertEquals("head", word, where);
        assertThrows(RingViolationException.class, producer::refreshFree, where);
      }
      claimAll(subject, where);
    }
  }

  /** Whatever was read, no claim lies outside the slots, and none is of an entry in use. */
  private static void claimAll(Subject subject, Supplier<String> where) {
    Producer producer = subject.queue.producer;
    int free = producer.free();
    assertTrue(free >= 0 && free <= subject.entries, where);
    for (int i = 0; i < free; i++) {
      assertEquals(subject.queue.slot(subject.tail + i), producer.claim(), where);
    }
    try {
      assertEquals(-1, producer.claim(), where);
    } catch (RingViolationException stillWrong) {
      assertEquals("head", stillWrong.word(), where);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void consumerNamesEveryTailThatCannotBeTrue(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Subject subject = new Subject(random);
      long value = lie(random, subject.tailSeen, subject.entries);
      Supplier<String> where = where(seed, round, "tail " + value, subject);
      subject.queue.tail(value);
      Consumer consumer = subject.queue.consumer;
      long known = subject.tailSeen - subject.head;
      if (subject.tailMayBe(value)) {
        known += subject.distance(value, subject.tailSeen);
        assertEquals(known, consumer.refresh(), where);
      } else {
        String word = assertThrows(RingViolationException.class, consumer::refresh, where).word();
        assertEquals("tail", word, where);
        assertThrows(RingViolationException.class, consumer::refresh, where);
      }
      takeAll(subject, known, where);
    }
  }

  private static void takeAll(Subject subject, long known, Supplier<String> where) {
    Consumer consumer = subject.queue.consumer;
    for (int i = 0; i < known; i++) {
      assertEquals(known - i, consumer.available(), where);
      assertEquals(subject.queue.slot(subject.head + i), consumer.next(), where);
    }
    try {
      assertEquals(0, consumer.available(), where);
    } catch (RingViolationException stillWrong) {
      assertEquals("tail", stillWrong.word(), where);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void armChecksTheTailToo(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Subject subject = new Subject(random);
      int most = (int) (subject.entries - (subject.head - subject.released));
      if (!subject.queue.layout.wide() || most == 0) {
        continue;
      }
      long value = lie(random, subject.tailSeen, subject.entries);
      subject.queue.tail(value);
      Supplier<String> where = where(seed, round, "tail " + value, subject);
      Consumer consumer = subject.queue.consumer;
      int count = 1 + random.nextInt(most);
      if (subject.tailMayBe(value)) {
        assertEquals(value - subject.head >= count, consumer.arm(count), where);
      } else {
        assertThrows(RingViolationException.class, () -> consumer.arm(count), where);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void endsAreOnlyMadeOnIndicesThatFit(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Subject subject = new Subject(random);
      QueueLayout layout = subject.queue.layout;
      long tail = lie(random, 0, subject.entries);
      long head = lie(random, tail, subject.entries);
      subject.queue.tail(tail);
      subject.queue.head(head);
      Supplier<String> where = where(seed, round, "tail " + tail + ", head " + head, subject);
      if (Long.compareUnsigned(subject.distance(tail, head), subject.entries) <= 0) {
        long ready = subject.distance(tail, head);
        assertEquals(subject.entries - ready, new Producer(layout).free(), where);
        assertEquals(ready, new Consumer(layout).available(), where);
      } else {
        assertThrows(RingViolationException.class, () -> new Producer(layout), where);
        assertThrows(RingViolationException.class, () -> new Consumer(layout), where);
      }
    }
  }
}
