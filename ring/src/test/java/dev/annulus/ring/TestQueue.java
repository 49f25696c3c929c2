// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.function.IntFunction;

/** A queue in ordinary memory, of either width, whose indices start anywhere. */
final class TestQueue {
  /** Starts around which something could wrap: 0, 2^31, 2^32, 2^63, 2^64. */
  static final long[] STARTS = {0, (1L << 31) - 5, (1L << 32) - 5, Long.MAX_VALUE - 4, -5};

  static final int TAIL = 0;
  static final int HEAD = 128;
  static final int EVENT = 256;

  /** Not at the start of their segment, so that forgetting the offset is noticed. */
  static final int SLOTS = 192;

  /** In the producer's words, where there is an indirect array: of up to 32 entries. */
  static final int ARRAY = 384;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  final MemorySegment producerWords;
  final MemorySegment consumerWords;
  final MemorySegment slots;
  final QueueLayout layout;
  final long start;
  Producer producer;
  Consumer consumer;

  private TestQueue(
      IntFunction<MemorySegment> memory,
      int entries,
      int entrySize,
      boolean array,
      boolean wide,
      long start) {
    this.start = start;
    producerWords = memory.apply(512);
    consumerWords = memory.apply(512);
    slots = memory.apply(SLOTS + entries * entrySize + 64);
    layout =
        new QueueLayout(
            producerWords,
            TAIL,
            consumerWords,
            HEAD,
            wide ? EVENT : QueueLayout.NONE,
            slots,
            SLOTS,
            entries,
            entrySize,
            array ? ARRAY : QueueLayout.NONE,
            wide);
    tail(start);
    head(start);
    consumerWords.set(ValueLayout.JAVA_LONG, EVENT, start - 1);
    producer = new Producer(layout);
    consumer = new Consumer(layout);
  }

  /** As between processes: 64-bit words and an event index. */
  static TestQueue wide(int entries, long start) {
    return of(true, entries, start);
  }

  /** As shared with the kernel: 32-bit words. */
  static TestQueue narrow(int entries, long start) {
    return of(false, entries, start);
  }

  /** Of submissions, with an indirect array. */
  static TestQueue indirect(boolean wide, int entries, long start) {
    return new TestQueue(TestQueue::onHeap, entries, SqEntry.SIZE, true, wide, start);
  }

  /** As between processes, of completions. */
  static TestQueue completions(int entries, long start) {
    return completions(true, entries, start);
  }

  /** Of completions. */
  static TestQueue completions(boolean wide, int entries, long start) {
    return new TestQueue(TestQueue::onHeap, entries, CqEntry.SIZE, false, wide, start);
  }

  private static MemorySegment onHeap(int size) {
    return MemorySegment.ofArray(new long[size / 8]);
  }

  private static int entrySize(boolean wide) {
    return wide ? SqEntry.SIZE : CqEntry.SIZE;
  }

  static TestQueue of(boolean wide, int entries, long start) {
    return new TestQueue(TestQueue::onHeap, entries, entrySize(wide), false, wide, start);
  }

  /** In memory outside the heap, as in use. */
  static TestQueue offHeap(boolean wide, int entries, long start) {
    Arena arena = Arena.ofAuto();
    return new TestQueue(
        size -> arena.allocate(size, 128), entries, entrySize(wide), false, wide, start);
  }

  /** Writes the producer's word, as the producer or a liar would. */
  void tail(long index) {
    word(producerWords, TAIL, index);
  }

  /** Writes the consumer's word. */
  void head(long index) {
    word(consumerWords, HEAD, index);
  }

  /** The tail word as it stands, 64 or 32 bits. */
  long tail() {
    return word(producerWords, TAIL);
  }

  /** The head word as it stands, 64 or 32 bits. */
  long head() {
    return word(consumerWords, HEAD);
  }

  /** Writes a place of the indirect array. */
  void name(long index, int slot) {
    long place = Long.remainderUnsigned(index, layout.entries());
    producerWords.set(ValueLayout.JAVA_INT, ARRAY + 4 * place, slot);
  }

  /** Whether the slots of so many entries follow each other in memory. */
  boolean inARow(int first, int count) {
    long place = Long.remainderUnsigned(start + first, layout.entries());
    return layout.arrayAt() == QueueLayout.NONE && place + count <= layout.entries();
  }

  /** An index as its word holds it. */
  long asWord(long index) {
    return layout.wide() ? index : (int) index;
  }

  /** Where the slot of an index has to be. */
  long slot(long index) {
    return SLOTS + Long.remainderUnsigned(index, layout.entries()) * layout.entrySize();
  }

  /** Claims a slot that must be there, and writes a value to its first 8 bytes. */
  void put(long value) {
    slots.set(ValueLayout.JAVA_LONG, producer.claim(), value);
  }

  /** Takes the next entry's value. */
  long take() {
    return slots.get(ValueLayout.JAVA_LONG, consumer.next());
  }

  private void word(MemorySegment words, long at, long index) {
    if (layout.wide()) {
      LONG.setVolatile(words, at, index);
    } else {
      INT.setVolatile(words, at, (int) index);
    }
  }

  private long word(MemorySegment words, long at) {
    return layout.wide() ? (long) LONG.getVolatile(words, at) : (int) INT.getVolatile(words, at);
  }

  @Override
  public String toString() {
    return (layout.wide() ? "64" : "32")
        + "-bit words, "
        + (layout.arrayAt() == QueueLayout.NONE ? "" : "an array, ")
        + layout.entries()
        + " entries from index "
        + Long.toUnsignedString(start);
  }
}
