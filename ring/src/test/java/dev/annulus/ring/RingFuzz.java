// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Fuzz target: the words and completions of a ring, written by the other end. The first byte
 * chooses the end that is attacked, width and size, the second where the indices start; the rest is
 * what both ends do.
 */
public final class RingFuzz {
  private RingFuzz() {}

  /** One ring, until its other end is found out. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    int shape = in.get();
    long start = TestQueue.STARTS[(in.get() & 0xff) % TestQueue.STARTS.length];
    int entries = 1 << (shape >> 3 & 7);
    try {
      switch (shape & 3) {
        case 0 -> completions(TestQueue.completions(entries, start), in);
        case 1 -> producer(TestQueue.of((shape & 4) == 0, entries, start), in);
        case 2 -> consumer(TestQueue.of((shape & 4) == 0, entries, start), in);
        default -> {
          int most = Math.min(entries, 32);
          consumer(TestQueue.indirect((shape & 4) == 0, most, start), in);
        }
      }
    } catch (RingViolationException named) {
      // The session would end here.
    }
  }

  /** A word near where the queue began, or any. */
  private static long word(TestQueue queue, ByteBuffer in) {
    if (in.remaining() < 9) {
      return queue.start;
    }
    return (in.get() & 1) == 0 ? queue.start + in.get() : in.getLong();
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private static void slot(TestQueue queue, long at) {
    long end = TestQueue.SLOTS + (long) queue.layout.entries() * queue.layout.entrySize();
    check(at >= TestQueue.SLOTS && at <= end - queue.layout.entrySize(), "slot at " + at);
  }

  private static void consumer(TestQueue queue, ByteBuffer in) {
    Consumer consumer = queue.consumer;
    int entries = queue.layout.entries();
    int taken = 0;
    int ready = 0;
    while (in.hasRemaining()) {
      switch (in.get() & 7) {
        case 0 -> queue.tail(word(queue, in));
        case 1 -> ready = consumer.available();
        case 2 -> ready = consumer.refresh();
        case 3 -> {
          if (queue.layout.arrayAt() != QueueLayout.NONE && in.hasRemaining()) {
            int named = in.get();
            queue.name(queue.start + (named & 31), named >> 3);
          } else if (queue.layout.wide() && taken < entries) {
            consumer.arm(entries - taken);
          }
        }
        case 4 -> {
          consumer.release();
          taken = 0;
        }
        default -> {
          if (ready > 0) {
            slot(queue, consumer.next());
            ready--;
            taken++;
          }
        }
      }
      check(ready >= 0 && ready + taken <= entries, ready + " ready, " + taken + " taken");
    }
  }

  private static void producer(TestQueue queue, ByteBuffer in) {
    Producer producer = queue.producer;
    while (in.hasRemaining()) {
      switch (in.get() & 7) {
        case 0 -> queue.head(word(queue, in));
        case 1 -> {
          long at = TestQueue.EVENT + 8 * (in.remaining() & 1);
          queue.consumerWords.set(ValueLayout.JAVA_LONG, at, word(queue, in));
        }
        case 2 -> producer.refreshFree();
        case 3 -> producer.publish();
        case 4 -> {
          if (producer.pending() > 0) {
            producer.unclaim();
          }
        }
        default -> {
          long at = producer.claim();
          if (at >= 0) {
            slot(queue, at);
          }
        }
      }
      int free = producer.free();
      check(free >= 0 && free + producer.pending() <= queue.layout.entries(), free + " free");
    }
  }

  private static void completions(TestQueue queue, ByteBuffer in) {
    int entries = queue.layout.entries();
    int written = Math.min(entries, in.remaining() / CqEntry.SIZE);
    for (int i = 0; i < written; i++) {
      MemorySegment entry = MemorySegment.ofArray(in.array());
      long at = queue.slot(queue.start + i);
      MemorySegment.copy(entry, in.position(), queue.slots, at, CqEntry.SIZE);
      in.position(in.position() + CqEntry.SIZE);
    }
    queue.tail(queue.start + written);
    CqReader reader = new CqReader(queue.consumer);
    int[] told = new int[1];
    int taken;
    do {
      int ready = queue.consumer.available();
      int most = in.hasRemaining() ? 1 + (in.get() & 15) : entries;
      taken = reader.take((userData, result, flags) -> told[0]++, ready, most);
      check(taken <= Math.min(most, ready), "more completions than slots");
    } while (taken > 0);
    check(told[0] <= written && reader.completed() <= told[0], "completions made up");
  }
}
