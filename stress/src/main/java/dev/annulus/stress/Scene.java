// SPDX-License-Identifier: Apache-2.0
package dev.annulus.stress;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ring.Consumer;
import dev.annulus.ring.Producer;
import dev.annulus.ring.QueueLayout;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * A queue with both its ends, new for each trial. An entry is a digit, written into all its words;
 * what is taken is a number of such digits, oldest first, where 9 is an entry whose words differ.
 */
public abstract class Scene {
  /** As the weakest order would have it: the entry is read before the tail. See Mutants. */
  private static final boolean READS_EARLY = Boolean.getBoolean("annulus.stress.early");

  private static final int HEAD = 0;
  private static final int EVENT = 64;
  private static final int ARRAY = 64;
  private static final int TORN = 9;

  final Producer producer;
  final Consumer consumer;
  private final MemorySegment slots;
  private final long mask;

  /**
   * A queue.
   *
   * @param shape its kind
   * @param entries slots, a power of two, at most 16
   * @param start where its indices begin
   * @param sent entries that are in it already
   */
  Scene(Shape shape, int entries, long start, long... sent) {
    MemorySegment produced = MemorySegment.ofArray(new long[16]);
    MemorySegment consumed = MemorySegment.ofArray(new long[16]);
    slots = MemorySegment.ofArray(new long[entries * SqEntry.SIZE / 8]);
    mask = entries - 1L;
    if (shape.wide) {
      produced.set(JAVA_LONG, 0, start);
      consumed.set(JAVA_LONG, HEAD, start);
      consumed.set(JAVA_LONG, EVENT, start - 1);
    } else {
      produced.set(JAVA_INT, 0, (int) start);
      consumed.set(JAVA_INT, HEAD, (int) start);
    }
    QueueLayout layout =
        new QueueLayout(
            produced,
            0,
            consumed,
            HEAD,
            shape.wide ? EVENT : QueueLayout.NONE,
            slots,
            0,
            entries,
            SqEntry.SIZE,
            shape.array ? ARRAY : QueueLayout.NONE,
            shape.wide);
    producer = new Producer(layout);
    consumer = new Consumer(layout);
    for (long digit : sent) {
      send(digit);
    }
  }

  /** Writes an entry that stays invisible; answers false where the queue is full. */
  final boolean put(long digit) {
    long at = producer.claim();
    if (at < 0) {
      return false;
    }
    write(at, digit);
    return true;
  }

  /** As put, then visible; answers whether the other side must be woken. */
  final boolean send(long digit) {
    return put(digit) && producer.publish();
  }

  final void write(long at, long digit) {
    for (int word = 0; word < SqEntry.SIZE; word += 8) {
      slots.set(JAVA_LONG, at + word, digit);
    }
  }

  private long read(long at) {
    long first = slots.get(JAVA_LONG, at);
    boolean whole = true;
    for (int word = 8; word < SqEntry.SIZE; word += 8) {
      whole &= slots.get(JAVA_LONG, at + word) == first;
    }
    return whole ? first : TORN;
  }

  /** Takes what is there, {@code most} at most, and gives it back at once. */
  final long poll(int most) {
    long digits = take(most);
    consumer.release();
    return digits;
  }

  /** As poll, without giving the slots back. */
  final long take(int most) {
    if (READS_EARLY) {
      long early = read((consumer.head() & mask) * SqEntry.SIZE);
      int ready = consumer.refresh();
      for (int i = Math.min(ready, most); i > 0; i--) {
        consumer.next();
      }
      return ready == 0 ? 0 : early;
    }
    long digits = 0;
    for (int ready = Math.min(consumer.available(), most); ready > 0; ready--) {
      digits = digits * 10 + read(consumer.next());
    }
    return digits;
  }

  /** All that is left, once nobody else is at work. */
  final long rest() {
    long digits = 0;
    while (consumer.refresh() > 0) {
      digits = digits * 10 + read(consumer.next());
      consumer.release();
    }
    return digits;
  }
}
