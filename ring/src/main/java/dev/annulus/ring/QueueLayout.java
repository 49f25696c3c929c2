// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.lang.foreign.MemorySegment;

/**
 * Where the words and slots of one single-producer single-consumer queue are.
 *
 * <p>Four words at most, each with one writer: the producer writes {@code tail}; the consumer
 * writes {@code head} and, on rings between processes, {@code event} (the tail index that it sleeps
 * for). A queue shared with the Linux kernel has 32-bit words and no event word.
 *
 * @param producerWords memory that the producer writes
 * @param tailAt offset of the tail in it, a multiple of 8 (of 4 for 32-bit words)
 * @param consumerWords memory that the consumer writes
 * @param headAt offset of the head in it, aligned likewise
 * @param eventAt offset of the event index in {@code consumerWords}, or {@link #NONE}: always for
 *     32-bit words. The {@code relaxed} word follows it, see {@link Consumer#fenceFor}
 * @param slots memory of the entries
 * @param slotsAt offset of the first entry
 * @param entries number of slots: a power of two, 1 to 2^30
 * @param entrySize bytes an entry: a power of two, 8 to 4096
 * @param arrayAt offset in {@code producerWords} of the indirect array, one {@code u32} a place of
 *     the queue that names the slot of the entry there; or {@link #NONE}: the slots are in order
 * @param wide whether the words are 64-bit; otherwise they are the low 32 bits of the index
 */
public record QueueLayout(
    MemorySegment producerWords,
    long tailAt,
    MemorySegment consumerWords,
    long headAt,
    long eventAt,
    MemorySegment slots,
    long slotsAt,
    int entries,
    int entrySize,
    long arrayAt,
    boolean wide) {

  /** In place of an offset: this queue has no such word. */
  public static final long NONE = -1;

  /** Where the {@code relaxed} word lies, counted from the event index: in the same cache line. */
  public static final long RELAXED = 8;

  /**
   * Checks the shape once, so that the queues need not.
   *
   * @throws IllegalArgumentException where a size is no power of two, an offset is not aligned, or
   *     a word or slot lies outside its segment
   */
  public QueueLayout {
    powerOfTwo("entries", entries, 1, 1 << 30);
    powerOfTwo("entrySize", entrySize, 8, 4096);
    int width = wide ? Long.BYTES : Integer.BYTES;
    word("tail", producerWords, tailAt, width);
    word("head", consumerWords, headAt, width);
    if (eventAt != NONE) {
      if (!wide) {
        throw new IllegalArgumentException("event at " + eventAt + ": the kernel has no such word");
      }
      word("event", consumerWords, eventAt, width);
      word("relaxed", consumerWords, eventAt + RELAXED, width);
    }
    if (arrayAt != NONE) {
      word("array", producerWords, arrayAt, Integer.BYTES);
      word("end of the array", producerWords, arrayAt + 4L * entries - 4, Integer.BYTES);
    }
    if (slotsAt < 0 || (slots.address() + slotsAt) % 8 != 0) {
      throw new IllegalArgumentException("slots at " + slotsAt + ": not a multiple of 8");
    }
    if (slotsAt > slots.byteSize() - (long) entries * entrySize) {
      throw new IllegalArgumentException(
          entries + " slots of " + entrySize + " bytes at " + slotsAt + " do not fit " + slots);
    }
  }

  /**
   * A queue without indirect array.
   *
   * @param producerWords memory that the producer writes
   * @param tailAt offset of the tail
   * @param consumerWords memory that the consumer writes
   * @param headAt offset of the head
   * @param eventAt offset of the event index, or {@link #NONE}
   * @param slots memory of the entries
   * @param slotsAt offset of the first entry
   * @param entries number of slots, a power of two
   * @param entrySize bytes an entry, a power of two
   * @param wide whether the words are 64-bit
   */
  public QueueLayout(
      MemorySegment producerWords,
      long tailAt,
      MemorySegment consumerWords,
      long headAt,
      long eventAt,
      MemorySegment slots,
      long slotsAt,
      int entries,
      int entrySize,
      boolean wide) {
    this(
        producerWords,
        tailAt,
        consumerWords,
        headAt,
        eventAt,
        slots,
        slotsAt,
        entries,
        entrySize,
        NONE,
        wide);
  }

  /**
   * The same with an indirect array.
   *
   * @param at its offset in {@link #producerWords}, a multiple of 4
   * @return the layout
   */
  public QueueLayout withArray(long at) {
    return new QueueLayout(
        producerWords,
        tailAt,
        consumerWords,
        headAt,
        eventAt,
        slots,
        slotsAt,
        entries,
        entrySize,
        at,
        wide);
  }

  /**
   * A queue between processes: 64-bit words and an event index.
   *
   * @param producerWords memory that the producer writes
   * @param tailAt offset of the tail
   * @param consumerWords memory that the consumer writes
   * @param headAt offset of the head
   * @param eventAt offset of the event index
   * @param slots memory of the entries
   * @param slotsAt offset of the first entry
   * @param entries number of slots, a power of two
   * @param entrySize bytes an entry, a power of two
   * @return the layout
   */
  public static QueueLayout peer(
      MemorySegment producerWords,
      long tailAt,
      MemorySegment consumerWords,
      long headAt,
      long eventAt,
      MemorySegment slots,
      long slotsAt,
      int entries,
      int entrySize) {
    return new QueueLayout(
        producerWords,
        tailAt,
        consumerWords,
        headAt,
        eventAt,
        slots,
        slotsAt,
        entries,
        entrySize,
        true);
  }

  private static void powerOfTwo(String name, int value, int least, int most) {
    if (value < least || value > most || Integer.bitCount(value) != 1) {
      throw new IllegalArgumentException(
          name + " is " + value + ": must be a power of two from " + least + " to " + most);
    }
  }

  private static void word(String name, MemorySegment memory, long at, int width) {
    if (at < 0 || (memory.address() + at) % width != 0 || at > memory.byteSize() - width) {
      throw new IllegalArgumentException(
          name + " at " + at + ": not an aligned " + width + "-byte word inside " + memory);
    }
  }
}
