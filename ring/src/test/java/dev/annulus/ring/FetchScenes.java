// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Calls that read what the other end writes; each must read a word once, and go by that. */
public final class FetchScenes {
  private static final int ENTRIES = 8;
  private static final long START = -5;

  private FetchScenes() {}

  private static void once(String what) {
    assertEquals(1, Reads.most(), what + " reads a word of the other end again");
  }

  private static TestQueue queue(boolean wide, int published) {
    TestQueue queue = TestQueue.offHeap(wide, ENTRIES, START);
    for (int i = 0; i < published; i++) {
      queue.put(i);
    }
    queue.producer.publish();
    return queue;
  }

  /** The consumer sees three entries, whatever the tail is once it was read. */
  public static void tail() {
    for (boolean wide : new boolean[] {true, false}) {
      Consumer refreshed = queue(wide, 3).consumer;
      Reads.watch();
      assertEquals(3, refreshed.refresh());
      once("refresh");
      Consumer asked = queue(wide, 3).consumer;
      Reads.watch();
      assertEquals(3, asked.available());
      once("available");
    }
    Consumer armed = queue(true, 3).consumer;
    Reads.watch();
    assertFalse(armed.arm(4));
    once("arm");
    assertEquals((int) START + 3, armed.tailLow());
  }

  /** The producer sees two free slots, whatever the head is once it was read. */
  public static void head() {
    for (boolean wide : new boolean[] {true, false}) {
      TestQueue counted = queue(wide, ENTRIES);
      counted.head(START + 2);
      Reads.watch();
      assertEquals(2, counted.producer.refreshFree());
      once("refreshFree");
      TestQueue claimed = queue(wide, ENTRIES);
      claimed.head(START + 1);
      Reads.watch();
      assertEquals(claimed.slot(START + ENTRIES), claimed.producer.claim());
      once("claim");
    }
  }

  /** The slot that a place names is the one that was checked. */
  public static void array() {
    TestQueue queue = TestQueue.indirect(true, ENTRIES, START);
    queue.put(1);
    queue.producer.publish();
    queue.name(START, 5);
    assertEquals(1, queue.consumer.available());
    Reads.watch();
    assertEquals(queue.slot(5), queue.consumer.next());
    once("next");
  }

  /** The event index and the relaxed word decide on what they were. */
  public static void event() {
    TestQueue queue = queue(true, 0);
    queue.consumerWords.set(ValueLayout.JAVA_LONG, TestQueue.EVENT, START);
    queue.put(1);
    Reads.watch();
    assertEquals(true, queue.producer.publish());
    once("publish");
  }

  /** A private copy of an entry is the entry as it was. */
  public static void entry() {
    MemorySegment shared = Arena.ofAuto().allocate(SqEntry.SIZE, 64);
    MemorySegment own = Arena.ofAuto().allocate(SqEntry.SIZE, 64);
    for (int i = 0; i < SqEntry.SIZE; i++) {
      shared.set(ValueLayout.JAVA_BYTE, i, (byte) (i + 1));
    }
    Reads.watch();
    SqEntry.copy(shared, 0, own, 0);
    once("copy");
    for (int i = 0; i < SqEntry.SIZE; i++) {
      assertEquals(i + 1, own.get(ValueLayout.JAVA_BYTE, i));
    }
  }

  /** Completions are told as they were, of both sizes. */
  public static void completion() {
    TestQueue queue = TestQueue.offHeap(false, ENTRIES, 0);
    CqEntry.fill(queue.slots, queue.producer.claim(), 1, 2, 0);
    CqEntry.fillExtended(queue.slots, queue.producer.claim(), 3, 4, 5, 6);
    queue.producer.claim();
    queue.producer.publish();
    CqReader reader = new CqReader(queue.consumer);
    StringBuilder told = new StringBuilder();
    int ready = queue.consumer.available();
    Reads.watch();
    assertEquals(2, reader.take(new Told(told), ready, ENTRIES));
    once("take");
    assertEquals("1=2 3=4,5,6 ", told.toString());
  }

  private record Told(StringBuilder text) implements CompletionHandler {
    @Override
    public void completed(long userData, int result, int flags) {
      text.append(userData + "=" + result + " ");
    }

    @Override
    public void completedExtended(long userData, int result, int flags, long one, long two) {
      text.append(userData + "=" + result + "," + one + "," + two + " ");
    }
  }

  /** A consumer that checks one read of the tail and uses another: it must be caught. */
  public static void broken() {
    TestQueue queue = queue(true, 3);
    Reads.watch();
    assertFalse(DoubleFetch.ready(queue.layout, START) == 3, "it went by what it had checked");
    assertEquals(2, Reads.most());
  }
}
