// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** A consumer whose other end writes any tail at any time, and what must come of it. */
final class HostileProducer {
  private final SplittableRandom random;
  private final TestQueue queue;
  private final Consumer consumer;
  private final int entries;
  private final int[] names;
  private long word;
  private long tailSeen;
  private long head;
  private long released;
  private long event;
  private boolean relaxed;
  private boolean mayRelax;
  private int batches;
  long violations;

  HostileProducer(SplittableRandom random) {
    this.random = random;
    boolean wide = random.nextInt(4) > 0;
    boolean array = random.nextInt(4) == 0;
    entries = 1 << random.nextInt(array ? 6 : 7);
    long start = TestQueue.STARTS[random.nextInt(TestQueue.STARTS.length)];
    queue = array ? TestQueue.indirect(wide, entries, start) : TestQueue.of(wide, entries, start);
    names = new int[array ? entries : 0];
    for (int place = 0; place < names.length; place++) {
      name(place, place);
    }
    consumer = queue.consumer;
    word = tailSeen = head = released = start;
    event = start - 1;
    if (queue.layout.wide() && random.nextBoolean()) {
      mayRelax = true;
      consumer.fenceFor(() -> {});
    }
  }

  private void name(int place, int slot) {
    names[place] = slot;
    queue.name(place, slot);
  }

  /** One lie, and whatever the consumer does next. */
  void step() {
    if (names.length > 0 && random.nextBoolean()) {
      long slot = Mutations.index(random, 0, entries);
      name(random.nextInt(entries), (int) (random.nextBoolean() ? slot : slot & entries - 1));
    } else {
      word = Mutations.index(random, random.nextBoolean() ? tailSeen : released, entries);
      queue.tail(word);
    }
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      act();
    }
  }

  private void act() {
    switch (random.nextInt(8)) {
      case 0 -> looks(head == tailSeen, consumer::available);
      case 1 -> looks(true, consumer::refresh);
      case 2 -> arm();
      case 3 -> release();
      case 4 -> putBack();
      default -> take();
    }
  }

  private interface Look {
    int ready();
  }

  /** Distance of the word from the last good tail, unsigned, in the width of the words. */
  private long distance() {
    long distance = word - tailSeen;
    return queue.layout.wide() ? distance : distance & 0xffff_ffffL;
  }

  private boolean legal() {
    return Long.compareUnsigned(distance(), released + entries - tailSeen) <= 0;
  }

  private void looks(boolean reads, Look look) {
    try {
      int ready = look.ready();
      if (reads) {
        assertEquals(true, legal(), "a wrong tail was believed");
        tailSeen += distance();
      }
      assertEquals(tailSeen - head, ready);
    } catch (RingViolationException violation) {
      refused(violation, reads);
    }
  }

  /** Named, without any effect: what was known before still holds. */
  private void refused(RingViolationException violation, boolean reads) {
    assertEquals("tail", violation.word());
    assertEquals(false, reads && legal(), "a good tail was refused");
    assertEquals(true, reads, "refused without a reason to look");
    violations++;
    assertEquals(queue.asWord(head), queue.asWord(consumer.head()));
    assertEquals((int) tailSeen, consumer.tailLow());
    queue.tail(word = tailSeen);
  }

  private void arm() {
    int most = (int) (entries - (head - released));
    if (!queue.layout.wide() || most == 0) {
      return;
    }
    int count = random.nextInt(1, most + 1);
    event = head + count - 1;
    relaxed = false;
    batches = 0;
    try {
      boolean there = consumer.arm(count);
      assertEquals(true, legal(), "a wrong tail was believed");
      tailSeen += distance();
      assertEquals(tailSeen - head >= count, there);
    } catch (RingViolationException violation) {
      refused(violation, true);
    }
  }

  private void release() {
    if (released != head) {
      released = head;
      relaxed |= mayRelax && !relaxed && ++batches == 256;
    }
    consumer.release();
  }

  private void putBack() {
    if (head != released) {
      consumer.putBack();
      head--;
    }
  }

  private void take() {
    if (head == tailSeen) {
      return;
    }
    long slot = names.length > 0 ? names[(int) (head & entries - 1)] : head;
    if (names.length > 0 && (slot < 0 || slot >= entries)) {
      assertEquals("sq_array", violation().word());
      violations++;
      name((int) (head & entries - 1), random.nextInt(entries));
    } else {
      assertEquals(queue.slot(slot), consumer.next(), "a slot outside the queue");
      head++;
    }
  }

  private RingViolationException violation() {
    try {
      throw new AssertionError("a slot that does not exist was believed: " + consumer.next());
    } catch (RingViolationException violation) {
      return violation;
    }
  }

  /** Nothing but the consumer's own words was written. */
  void assertOnlyOwnWords() {
    boolean wide = queue.layout.wide();
    assertEquals(queue.asWord(released), queue.head());
    for (long at = 0; at < queue.consumerWords.byteSize(); at += 8) {
      long value = queue.consumerWords.get(ValueLayout.JAVA_LONG, at);
      if (at == TestQueue.EVENT) {
        assertEquals(event, value);
      } else if (at == TestQueue.EVENT + QueueLayout.RELAXED) {
        assertEquals(wide && relaxed ? 1 : 0, value);
      } else if (at != TestQueue.HEAD) {
        assertEquals(0, value, "byte " + at + " of the consumer's words");
      }
    }
    for (int at = 0; at < queue.producerWords.byteSize(); at += 4) {
      int value = queue.producerWords.get(ValueLayout.JAVA_INT, at);
      int place = (at - TestQueue.ARRAY) / 4;
      boolean named = at >= TestQueue.ARRAY && place < names.length;
      boolean tail = at < TestQueue.TAIL + 8;
      assertEquals(named ? names[place] : tail ? value : 0, value, at + " is the producer's");
    }
    assertEquals(queue.asWord(word), queue.tail());
  }

  @Override
  public String toString() {
    return "%s: word %d, tail seen %d, head %d, released %d"
        .formatted(queue, word, tailSeen, head, released);
  }
}
