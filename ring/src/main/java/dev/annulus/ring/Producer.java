// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * The producing end of a queue: claim slots, write them, publish them with one release store.
 *
 * <p>Belongs to one thread at a time. The tail that this side alone writes is kept in a private
 * field and never read back; the consumer's head is cached and read only when the queue looks full.
 * The path has no atomic read-modify-write, and allocates nothing.
 */
public final class Producer {
  private final MemorySegment own;
  private final long tailAt;
  private final MemorySegment other;
  private final long headAt;
  private final long eventAt;
  private final MemorySegment slots;
  private final long slotsAt;
  private final int entries;
  private final long mask;
  private final int shift;
  private final boolean wide;
  private final long arrayAt;

  /** What the indirect array says, never read back from it; null where there is none. */
  private final int[] order;

  /** Next index to claim; 64 bits that only grow, compared by subtraction. */
  private long tail;

  private long published;
  private long headCache;

  /**
   * Takes the producing end of a queue, at the indices that stand in its words.
   *
   * @param layout where the queue is; its tail word and its array must not change but through this
   *     object. An array begins in order: no entries that were swapped may wait in the queue
   * @throws RingViolationException where the words contradict each other
   */
  public Producer(QueueLayout layout) {
    own = layout.producerWords();
    tailAt = layout.tailAt();
    other = layout.consumerWords();
    headAt = layout.headAt();
    eventAt = layout.eventAt();
    slots = layout.slots();
    slotsAt = layout.slotsAt();
    entries = layout.entries();
    mask = entries - 1L;
    shift = Integer.numberOfTrailingZeros(layout.entrySize());
    wide = layout.wide();
    tail = wide ? IndexWord.getAcquire(own, tailAt) : IndexWord.getAcquire32(own, tailAt);
    published = tail;
    headCache = tail - entries;
    readHead();
    arrayAt = layout.arrayAt();
    order = arrayAt == QueueLayout.NONE ? null : new int[entries];
    for (int i = 0; order != null && i < entries; i++) {
      name(i, i);
    }
  }

  /** Says which slot stands in a place; visible with the tail that is published after it. */
  private void name(int place, int slot) {
    order[place] = slot;
    own.set(JAVA_INT, arrayAt + 4L * place, slot);
  }

  /**
   * Claims the next slot. It stays invisible to the consumer until {@link #publish}.
   *
   * @return the slot's offset within {@link #slots}, or -1 when the queue is full
   * @throws RingViolationException where the consumer wrote a head that cannot be true
   */
  public long claim() {
    if (tail - headCache >= entries && !readHead()) {
      return -1;
    }
    long place = tail++ & mask;
    long slot = order == null ? place : order[(int) place];
    return slotsAt + (slot << shift);
  }

  /**
   * Claims slots that lie one behind the other in memory: for a batch, a bound check and an update
   * of the index in place of one each.
   *
   * @param count 1 to {@link #entries}
   * @return the offset of the first within {@link #slots}; -1 where fewer are free, where the queue
   *     ends before the last of them, or where it has an indirect array: then {@link #claim()} them
   *     one by one
   * @throws RingViolationException where the consumer wrote a head that cannot be true
   * @throws IllegalArgumentException where the queue cannot have that many
   */
  public long claim(int count) {
    if (count < 1 || count > entries) {
      throw new IllegalArgumentException("claim " + count + " of " + entries + " slots");
    }
    if (tail - headCache > entries - count && (!readHead() || free() < count)) {
      return -1;
    }
    long place = tail & mask;
    if (place > entries - count || order != null) {
      return -1;
    }
    tail += count;
    return slotsAt + (place << shift);
  }

  /**
   * Lets two entries that are claimed and not published change places in the order in which the
   * consumer takes them. Their slots stay where they are.
   *
   * @param first 0 for the entry that would be taken first, to {@link #pending} - 1
   * @param second likewise
   * @throws IndexOutOfBoundsException where so many are not claimed
   * @throws IllegalStateException where the queue has no indirect array
   */
  public void swap(int first, int second) {
    if (order == null) {
      throw new IllegalStateException("this queue has no indirect array: its order is fixed");
    }
    int one = (int) (published + Objects.checkIndex(first, pending()) & mask);
    int other = (int) (published + Objects.checkIndex(second, pending()) & mask);
    int slot = order[one];
    name(one, order[other]);
    name(other, slot);
  }

  /**
   * Gives back the slot of the latest {@link #claim}, which must not have been published; after
   * {@link #swap}, the one that would be taken last.
   *
   * @throws IllegalStateException where nothing is claimed
   */
  public void unclaim() {
    if (tail == published) {
      throw new IllegalStateException("unclaim without a claimed slot");
    }
    tail--;
  }

  /**
   * Makes all claimed slots visible to the consumer, with one release store.
   *
   * @return whether the consumer sleeps for an index that this publish passed, and must be woken by
   *     the caller; always false for a queue without event index
   */
  public boolean publish() {
    long before = published;
    long now = tail;
    if (now == before) {
      return false;
    }
    published = now;
    if (!wide) {
      // Release: pairs with the kernel's smp_load_acquire of the SQ tail.
      IndexWord.setRelease32(own, tailAt, (int) now);
      return false;
    }
    // Release: pairs with the acquire in Consumer.available.
    IndexWord.setRelease(own, tailAt, now);
    if (eventAt == QueueLayout.NONE) {
      return false;
    }
    // A relaxed consumer is awake, and sees to both fences before it sleeps: program order of the
    // tail store and this load is enough then, and the acquire fence keeps the compiler to it.
    VarHandle.acquireFence();
    if (IndexWord.getOpaque(other, eventAt + QueueLayout.RELAXED) != 0) {
      return false;
    }
    // The tail store must be visible before the event index is read; it pairs with the fence in
    // Consumer.arm (event store, fence, tail read): one of the two sides sees the other's store, so
    // either we wake the sleeper or it does not go to sleep.
    VarHandle.fullFence();
    return Notify.crossed(IndexWord.getOpaque(other, eventAt), before, now);
  }

  /**
   * Slots that are free right now, as far as known without reading the consumer's head again.
   *
   * @return 0 to {@link #entries}
   */
  public int free() {
    return (int) (entries - (tail - headCache));
  }

  /**
   * Reads the consumer's head and tells how many slots are free.
   *
   * @return 0 to {@link #entries}
   * @throws RingViolationException where the consumer wrote a head that cannot be true
   */
  public int refreshFree() {
    readHead();
    return free();
  }

  /**
   * Entries claimed and not yet published.
   *
   * @return 0 to {@link #entries}
   */
  public int pending() {
    return (int) (tail - published);
  }

  /**
   * The index of the next slot to claim.
   *
   * @return a 64-bit index that only grows, modulo 2^64
   */
  public long tail() {
    return tail;
  }

  /**
   * The memory that {@link #claim}'s offsets are in.
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

  /** Reads the head once, checks it, and keeps it; tells whether a slot is free. */
  private boolean readHead() {
    // Acquire: pairs with the release in Consumer.release; the consumer is done with these slots.
    long head =
        wide
            ? IndexWord.getAcquire(other, headAt)
            : tail - ((int) tail - IndexWord.getAcquire32(other, headAt));
    if (Long.compareUnsigned(head - headCache, published - headCache) > 0) {
      throw RingViolationException.index("head", head, headCache, published);
    }
    headCache = head;
    return tail - head < entries;
  }
}
