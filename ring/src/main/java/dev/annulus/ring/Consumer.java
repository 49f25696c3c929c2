// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The consuming end of a queue: see what was published, take it, give the slots back.
 *
 * <p>Belongs to one thread at a time. The head that this side alone writes is kept in a private
 * field and published once a batch; the producer's tail is cached and read only when the queue
 * looks empty. Entries stay in memory that the producer may be able to write: copy an entry before
 * checking it.
 */
public final class Consumer {
  /** Far longer than a store stays in its processor, and no longer than others spin. */
  private static final long SECOND_LOOK_NANOS = 20_000;

  /** Batches without sleep after which the producer may leave out its fence. */
  private static final int BUSY_ENOUGH = 256;

  private final MemorySegment own;
  private final long headAt;
  private final long eventAt;
  private final MemorySegment other;
  private final long tailAt;
  private final MemorySegment slots;
  private final long slotsAt;
  private final int entries;
  private final long mask;
  private final int shift;
  private final boolean wide;

  /** Where the producer says which slot stands in which place, or {@link QueueLayout#NONE}. */
  private final long arrayAt;

  /** Next index to take; 64 bits that only grow, compared by subtraction. */
  private long head;

  private long released;
  private long tailCache;

  /** Makes the producer's stores visible from here, or null where it must see to that itself. */
  private Runnable remoteFence;

  /** The producer need neither fence nor look at the event index: the word that says so is 1. */
  private boolean relaxed;

  private int busy;

  /**
   * Takes the consuming end of a queue, at the indices that stand in its words.
   *
   * @param layout where the queue is; its head and event words must not change but through this
   *     object
   * @throws RingViolationException where the words contradict each other
   */
  public Consumer(QueueLayout layout) {
    own = layout.consumerWords();
    headAt = layout.headAt();
    eventAt = layout.eventAt();
    other = layout.producerWords();
    tailAt = layout.tailAt();
    slots = layout.slots();
    slotsAt = layout.slotsAt();
    entries = layout.entries();
    mask = entries - 1L;
    shift = Integer.numberOfTrailingZeros(layout.entrySize());
    wide = layout.wide();
    arrayAt = layout.arrayAt();
    head = wide ? IndexWord.getAcquire(own, headAt) : IndexWord.getAcquire32(own, headAt);
    released = head;
    tailCache = head;
    readTail();
  }

  /**
   * How many entries are there to take. Reads the producer's tail only when none are known.
   *
   * @return 0 to {@link #entries}
   * @throws RingViolationException where the producer wrote a tail that cannot be true
   */
  public int available() {
    if (tailCache == head) {
      readTail();
    }
    return (int) (tailCache - head);
  }

  /**
   * How many entries are there to take, with the producer's tail read now.
   *
   * @return 0 to {@link #entries}
   * @throws RingViolationException where the producer wrote a tail that cannot be true
   */
  public int refresh() {
    readTail();
    return (int) (tailCache - head);
  }

  /**
   * Takes the next entry. Its slot is the producer's again only after {@link #release}.
   *
   * @return the slot's offset within {@link #slots}; valid only where {@link #available} is not 0
   * @throws RingViolationException where the indirect array names a slot that does not exist;
   *     nothing is taken
   */
  public long next() {
    long slot = arrayAt == QueueLayout.NONE ? head & mask : named();
    head++;
    return slotsAt + (slot << shift);
  }

  /**
   * Takes entries that lie one behind the other in memory: as {@link #next()} for each, with one
   * update of the index.
   *
   * @param count 1 to {@link #available}, which is not checked
   * @return the offset of the first within {@link #slots}; -1 where the queue ends before the last
   *     of them, or where it has an indirect array: then take them one by one
   */
  public long next(int count) {
    long place = head & mask;
    if (place > entries - count || arrayAt != QueueLayout.NONE) {
      return -1;
    }
    head += count;
    return slotsAt + (place << shift);
  }

  /** As {@link #next()}, of a queue that has no indirect array: of completions. */
  long nextInOrder() {
    return slotsAt + ((head++ & mask) << shift);
  }

  /** The slot that the producer named, read once and checked. */
  private long named() {
    int slot = IndexWord.getOpaque32(other, arrayAt + ((head & mask) << 2));
    if (Integer.compareUnsigned(slot, entries) >= 0) {
      throw RingViolationException.index("sq_array", Integer.toUnsignedLong(slot), 0, entries - 1L);
    }
    return slot;
  }

  /**
   * Puts the entry of the latest {@link #next} back, to be taken again later.
   *
   * @throws IllegalStateException where nothing was taken since the last {@link #release}
   */
  public void putBack() {
    if (head == released) {
      throw new IllegalStateException("putBack without a taken entry");
    }
    head--;
  }

  /** Gives all taken slots back to the producer, with one release store. */
  public void release() {
    if (released == head) {
      return;
    }
    released = head;
    // Release: our reads of the slots come before; pairs with the acquire in Producer.readHead.
    if (wide) {
      IndexWord.setRelease(own, headAt, head);
    } else {
      IndexWord.setRelease32(own, headAt, (int) head);
    }
    if (remoteFence != null && !relaxed && ++busy == BUSY_ENOUGH) {
      relaxed = true;
      // Opaque: the producer may see it whenever; until then it fences, which does no harm.
      IndexWord.setOpaque(own, eventAt + QueueLayout.RELAXED, 1);
    }
  }

  /**
   * Lets the producer leave out its fence, and the look at the event index, while this side is
   * busy. Where this side then goes to sleep, it makes both fences itself, and lets the producer
   * fence again until it has been busy for long. So two busy sides pay for no fence, and one that
   * sleeps often for no more than before.
   *
   * @param fence returns when every running thread of the producer's process has been through a
   *     full fence, such as {@code membarrier(2)} where that process is registered for it
   * @throws IllegalStateException where the queue has no event index
   */
  public void fenceFor(Runnable fence) {
    if (eventAt == QueueLayout.NONE) {
      throw new IllegalStateException("this queue has no event index: nobody fences for it");
    }
    remoteFence = fence;
  }

  /**
   * Announces the wish to sleep until {@code count} entries are there. After a false answer the
   * producer will wake whoever waits on the tail word; the caller then waits while the word's low
   * 32 bits equal {@link #tailLow}.
   *
   * @param count entries to wait for, 1 to {@link #entries} less those taken and not released
   * @return whether they are there already, so that there is nothing to wait for
   * @throws RingViolationException where the producer wrote a tail that cannot be true
   * @throws IllegalArgumentException where that many can never be there
   * @throws IllegalStateException where the queue has no event index
   */
  public boolean arm(int count) {
    if (eventAt == QueueLayout.NONE) {
      throw new IllegalStateException("this queue has no event index: nobody would wake us");
    }
    if (count < 1 || count > entries - (head - released)) {
      throw new IllegalArgumentException(
          "wait for " + count + " of " + entries + " entries: too many, or release the taken ones");
    }
    // The producer wakes when its publish passes index `event`, that is, when tail > event.
    IndexWord.setOpaque(own, eventAt, head + count - 1);
    // The event store must be visible before the tail is read; pairs with Producer.publish.
    busy = 0;
    if (relaxed) {
      relaxed = false;
      IndexWord.setOpaque(own, eventAt + QueueLayout.RELAXED, 0);
      // Also of the producer's side: a publish that still leaves its fence out either has its tail
      // store made visible here, or reads the event index after this.
      remoteFence.run();
      return secondLook(count);
    }
    VarHandle.fullFence();
    readTail();
    return tailCache - head >= count;
  }

  /**
   * Looks for a moment longer than a store needs to leave its processor: Linux's membarrier may
   * pass over a processor that was idle when the producer's process registered (ADR 3). A publish
   * that read {@code relaxed} before this side took it back is visible by the end of it.
   */
  private boolean secondLook(int count) {
    long begin = System.nanoTime();
    readTail();
    while (tailCache - head < count && System.nanoTime() - begin < SECOND_LOOK_NANOS) {
      Thread.onSpinWait();
      readTail();
    }
    return tailCache - head >= count;
  }

  /**
   * The low 32 bits of the tail as last seen: what a futex wait on the tail word compares with.
   * Enough of the index, because at most 2^30 entries lie between a stale and a current tail.
   *
   * @return the expected value of the tail word's low half
   */
  public int tailLow() {
    return (int) tailCache;
  }

  /**
   * The index of the next entry to take.
   *
   * @return a 64-bit index that only grows, modulo 2^64
   */
  public long head() {
    return head;
  }

  /**
   * The memory that {@link #next}'s offsets are in.
   *
   * @return the slots' segment
   */
  public MemorySegment slots() {
    return slots;
  }

  /**
   * The number of slots.
   *
   * @return a power of two
   */
  public int entries() {
    return entries;
  }

  /** Bytes from one slot to the next. */
  int entrySize() {
    return 1 << shift;
  }

  /** Reads the tail once, checks it, and keeps it. */
  private void readTail() {
    // Acquire: pairs with the release in Producer.publish; the entries below the tail are whole.
    long tail =
        wide
            ? IndexWord.getAcquire(other, tailAt)
            : head + (IndexWord.getAcquire32(other, tailAt) - (int) head);
    // Both distances from one index: their difference would overflow for a tail 2^63 away.
    if (Long.compareUnsigned(tail - tailCache, released + entries - tailCache) > 0) {
      throw RingViolationException.index("tail", tail, tailCache, released + entries);
    }
    tailCache = tail;
  }
}
