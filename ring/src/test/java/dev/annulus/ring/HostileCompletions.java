// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** A reader of completions whose other end posts any flags, and what must come of it. */
final class HostileCompletions implements CompletionHandler {
  private static final int[] FLAGS = {
    CqEntry.IORING_CQE_F_MORE,
    CqEntry.IORING_CQE_F_BUFFER | 7 << 16,
    CqEntry.IORING_CQE_F_32,
    CqEntry.IORING_CQE_F_32 | CqEntry.IORING_CQE_F_MORE,
    CqEntry.IORING_CQE_F_SKIP,
    CqEntry.IORING_CQE_F_SKIP | CqEntry.IORING_CQE_F_MORE,
    CqEntry.IORING_CQE_F_SKIP | CqEntry.IORING_CQE_F_32
  };

  private final SplittableRandom random;
  private final int entries;
  private final TestQueue queue;
  private final CqReader reader;
  private long told;
  private long expected;
  private int tellings;
  boolean violated;

  HostileCompletions(SplittableRandom random) {
    this.random = random;
    entries = 1 << random.nextInt(6);
    queue =
        TestQueue.completions(entries, TestQueue.STARTS[random.nextInt(TestQueue.STARTS.length)]);
    reader = new CqReader(queue.consumer);
  }

  private static long fold(long sum, long... parts) {
    long folded = sum;
    for (long part : parts) {
      folded = folded * 0x9e37_79b9_7f4a_7c15L + part;
    }
    return folded;
  }

  @Override
  public void completed(long userData, int result, int flags) {
    told = fold(told, userData, result, flags);
    tellings++;
  }

  @Override
  public void completedExtended(long userData, int result, int flags, long extra1, long extra2) {
    told = fold(told, userData, result, flags, extra1, extra2);
    tellings++;
  }

  /** One batch of entries, and the reading of it; answers how many entries. */
  int step() {
    int written = random.nextInt(1, queue.producer.refreshFree() + 1);
    long first = queue.producer.tail();
    for (int i = 0; i < written; i++) {
      long at = queue.producer.claim();
      CqEntry.fill(queue.slots, at, random.nextLong(), random.nextInt(), flags());
    }
    queue.producer.publish();
    tellings = 0;
    int count = expect(first, written);
    try {
      assertEquals(count, reader.take(this, queue.consumer.available(), written));
      assertEquals(false, violated, "believed");
    } catch (RingViolationException violation) {
      assertEquals("cqe", violation.word());
      assertEquals(true, violated, "refused");
    }
    queue.consumer.release();
    assertEquals(count, tellings);
    assertEquals(expected, told);
    return written;
  }

  private int flags() {
    return switch (random.nextInt(16)) {
      case 0 -> random.nextInt();
      case 1, 2, 3 -> FLAGS[random.nextInt(FLAGS.length)];
      default -> 0;
    };
  }

  /** Answers how many completions are told before what is wrong, if anything is. */
  private int expect(long first, int written) {
    MemorySegment slots = queue.slots;
    int count = 0;
    for (int i = 0; i < written; i++) {
      long at = queue.slot(first + i);
      int flags = slots.get(ValueLayout.JAVA_INT, at + 12);
      boolean last = at == TestQueue.SLOTS + (entries - 1L) * CqEntry.SIZE;
      boolean wide = (flags & 1 << 15) != 0;
      if ((flags & 1 << 5) != 0) {
        if (!last || flags != 1 << 5) {
          violated = true;
          return count;
        }
        continue;
      }
      if (wide && (last || i + 1 == written)) {
        violated = true;
        return count;
      }
      long userData = slots.get(ValueLayout.JAVA_LONG, at);
      int result = slots.get(ValueLayout.JAVA_INT, at + 8);
      expected = fold(expected, userData, result, flags);
      if (wide) {
        long one = slots.get(ValueLayout.JAVA_LONG, at + 16);
        expected = fold(expected, one, slots.get(ValueLayout.JAVA_LONG, at + 24));
        i++;
      }
      count++;
    }
    return count;
  }

  @Override
  public String toString() {
    return queue.toString();
  }
}
