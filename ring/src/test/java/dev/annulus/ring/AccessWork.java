// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.function.Function;

/**
 * One batch at one end of a queue, as the rings do it, and what it accessed. Loaded by {@link
 * CountingLoader}, so known by its name alone; takes {@code [ring, end, state, array, batch]}.
 */
final class AccessWork implements Function<String[], Map<String, Integer>> {
  private static final int ENTRIES = 32;
  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

  /** More than the batches after which a consumer counts as busy ({@link Consumer#fenceFor}). */
  private static final int LONG_BUSY = 300;

  private final MemorySegment entry = Arena.ofAuto().allocate(SqEntry.SIZE, 64);
  private TestQueue queue;
  private CqWriter writer;
  private CqReader reader;

  @Override
  public Map<String, Integer> apply(String[] words) {
    return switch (words[0]) {
      case "rmw" -> counted(AccessWork::lockAndSwap);
      case "around" -> around();
      default -> batch(words);
    };
  }

  /** What no queue does. */
  private static void lockAndSwap() {
    long[] word = new long[1];
    synchronized (word) {
      WORDS.compareAndSet(word, 0, 0L, 1L);
    }
  }

  /** Four times around the queue, one by one, the consumer always at the producer's heels. */
  private Map<String, Integer> around() {
    queue = TestQueue.of(true, ENTRIES, 0);
    AccessCounts.reset();
    for (int i = 0; i < 4 * ENTRIES + 1; i++) {
      produce(1);
      aside(() -> consume(1));
    }
    return AccessCounts.counts();
  }

  private Map<String, Integer> batch(String[] words) {
    boolean peer = words[0].equals("peer");
    String state = words[2];
    int batch = Integer.parseInt(words[4]);
    open(peer, words[1].startsWith("CQ"), words[3].equals("yes"));
    if (peer && state.endsWith("busy")) {
      queue.consumer.fenceFor(() -> {});
      for (int i = 0; i < LONG_BUSY; i++) {
        produce(1);
        consume(1);
      }
      queue.producer.refreshFree();
    }
    if (words[1].endsWith("producer")) {
      return counted(() -> produce(batch));
    }
    if (state.equals("sleeps")) {
      return counted(() -> sleepFor(batch));
    }
    produce(batch);
    return counted(() -> consume(batch));
  }

  private void open(boolean peer, boolean completions, boolean array) {
    if (completions) {
      queue = TestQueue.completions(peer, ENTRIES, 0);
      writer = new CqWriter(queue.producer);
      reader = new CqReader(queue.consumer);
    } else {
      queue = array ? TestQueue.indirect(peer, ENTRIES, 0) : TestQueue.of(peer, ENTRIES, 0);
    }
  }

  private static Map<String, Integer> counted(Runnable work) {
    AccessCounts.reset();
    work.run();
    return AccessCounts.counts();
  }

  /** What the other end does meanwhile does not count. */
  private static void aside(Runnable other) {
    Map<String, Integer> own = AccessCounts.counts();
    other.run();
    AccessCounts.reset();
    own.forEach((kind, count) -> {
      for (int i = 0; i < count; i++) {
        AccessCounts.hit(kind);
      }
    });
  }

  private void produce(int batch) {
    for (int i = 0; i < batch; i++) {
      if (writer != null) {
        writer.post(i, 0);
      } else {
        SqEntry.fill(queue.slots, queue.producer.claim(), Opcode.NOP, -1, 0, 0, 0, i);
      }
    }
    queue.producer.publish();
  }

  private void consume(int batch) {
    int ready = queue.consumer.available();
    if (reader != null) {
      reader.take((userData, result, flags) -> {}, ready, batch);
    } else {
      for (int i = 0; i < Math.min(ready, batch); i++) {
        SqEntry.copy(queue.slots, queue.consumer.next(), entry, 0);
      }
    }
    queue.consumer.release();
  }

  /** Looks, finds nothing, announces its sleep, and takes what was there when it woke. */
  private void sleepFor(int batch) {
    if (queue.consumer.available() != 0 || queue.consumer.arm(batch)) {
      throw new AssertionError("nothing was published");
    }
    aside(() -> produce(batch));
    consume(batch);
  }
}
