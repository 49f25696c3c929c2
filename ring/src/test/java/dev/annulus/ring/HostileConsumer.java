// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** A producer whose other end writes any head or event at any time, and what must come of it. */
final class HostileConsumer {
  private final SplittableRandom random;
  private final TestQueue queue;
  private final Producer producer;
  private final int entries;
  private long word;
  private long event;
  private long relaxed;
  private long headSeen;
  private long published;
  private long tail;
  long violations;

  HostileConsumer(SplittableRandom random) {
    this.random = random;
    entries = 1 << random.nextInt(7);
    long start = TestQueue.STARTS[random.nextInt(TestQueue.STARTS.length)];
    queue = TestQueue.of(random.nextInt(4) > 0, entries, start);
    producer = queue.producer;
    word = headSeen = published = tail = start;
    event = start - 1;
  }

  /** One lie, and whatever the producer does next. */
  void step() {
    if (!queue.layout.wide() || random.nextInt(4) > 0) {
      word = Mutations.index(random, random.nextBoolean() ? headSeen : published, entries);
      queue.head(word);
    } else if (random.nextBoolean()) {
      event = Mutations.index(random, published, entries);
      queue.consumerWords.set(ValueLayout.JAVA_LONG, TestQueue.EVENT, event);
    } else {
      relaxed = random.nextBoolean() ? random.nextInt(2) : random.nextLong();
      long at = TestQueue.EVENT + QueueLayout.RELAXED;
      queue.consumerWords.set(ValueLayout.JAVA_LONG, at, relaxed);
    }
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      act();
    }
  }

  private void act() {
    switch (random.nextInt(8)) {
      case 0 -> free();
      case 1, 2 -> publish();
      case 3 -> unclaim();
      default -> claim();
    }
  }

  private long distance() {
    long distance = word - headSeen;
    return queue.layout.wide() ? distance : distance & 0xffff_ffffL;
  }

  private boolean legal() {
    return Long.compareUnsigned(distance(), published - headSeen) <= 0;
  }

  private void believed() {
    assertEquals(true, legal(), "a wrong head was believed");
    headSeen += distance();
  }

  private void free() {
    try {
      int free = producer.refreshFree();
      believed();
      assertEquals(entries - (tail - headSeen), free);
    } catch (RingViolationException violation) {
      refused(violation);
    }
  }

  private void claim() {
    boolean reads = tail - headSeen == entries;
    try {
      long slot = producer.claim();
      if (reads) {
        believed();
      }
      boolean full = tail - headSeen == entries;
      assertEquals(full ? -1 : queue.slot(tail), slot);
      tail += full ? 0 : 1;
    } catch (RingViolationException violation) {
      assertEquals(true, reads, "refused without a reason to look");
      refused(violation);
    }
  }

  /** Named, without any effect: what was known before still holds. */
  private void refused(RingViolationException violation) {
    assertEquals("head", violation.word());
    assertEquals(false, legal(), "a good head was refused");
    violations++;
    assertEquals(queue.asWord(tail), queue.asWord(producer.tail()));
    assertEquals(entries - (tail - headSeen), producer.free());
    queue.head(word = headSeen);
  }

  /** Whatever the event index is, it decides about a wake-up and nothing else. */
  private void publish() {
    boolean wakes = producer.publish();
    long passed = tail - published;
    boolean crossed = Long.compareUnsigned(event - published, passed) < 0;
    assertEquals(queue.layout.wide() && relaxed == 0 && crossed, wakes);
    published = tail;
    assertEquals(0, producer.pending());
  }

  private void unclaim() {
    if (tail != published) {
      producer.unclaim();
      tail--;
    }
  }

  /** Nothing but the producer's own word was written. */
  void assertOnlyOwnWords() {
    assertEquals(queue.asWord(published), queue.tail());
    for (long at = 0; at < queue.producerWords.byteSize(); at += 8) {
      long value = queue.producerWords.get(ValueLayout.JAVA_LONG, at);
      assertEquals(at == TestQueue.TAIL ? value : 0, value, "byte " + at + " of the producer's");
    }
    assertEquals(queue.asWord(word), queue.head());
    assertEquals(event, queue.consumerWords.get(ValueLayout.JAVA_LONG, TestQueue.EVENT));
    long at = TestQueue.EVENT + QueueLayout.RELAXED;
    assertEquals(relaxed, queue.consumerWords.get(ValueLayout.JAVA_LONG, at));
  }

  @Override
  public String toString() {
    return "%s: word %d, event %d, head seen %d, published %d, tail %d"
        .formatted(queue, word, event, headSeen, published, tail);
  }
}
