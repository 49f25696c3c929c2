// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.ring.CompletionHandler;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Random reads, always so many in flight; as many as a batch are reaped and started together. How a
 * read is started and reaped is left to the two sides.
 */
abstract class Reader implements Worker, CompletionHandler {
  private static final int ROUNDS_A_CLOCK = 8;

  private final int depth;
  private final int batch;
  private final int[] blocks;
  private final int[] free;
  private int frees;
  private int number = 1;
  private long count;

  Reader(int depth, int batch) {
    this.depth = depth;
    this.batch = batch;
    blocks = new int[depth];
    free = new int[depth];
  }

  /** The memory that is read into: a block for each slot. */
  abstract MemorySegment buffers();

  /** Prepares the read of a block into a slot, which is its tag. */
  abstract void prepare(int slot, int block);

  /**
   * Starts what was prepared, waits for {@code least} completions, and reaps that many, or all that
   * are there.
   */
  abstract void turn(int least) throws IOException;

  /** What the ring called the kernel for, so far. */
  abstract long systemCalls();

  @Override
  public final Answer run(double seconds) throws IOException {
    long calls = systemCalls();
    count = 0;
    Stopwatch watch = new Stopwatch(seconds);
    for (int slot = 0; slot < depth; slot++) {
      start(slot);
    }
    do {
      for (int i = 0; i < ROUNDS_A_CLOCK; i++) {
        turn(batch);
        restart();
      }
    } while (watch.running());
    Answer answer = watch.stop(count);
    long called = systemCalls() - calls;
    drain();
    return answer.with(Counter.SYSTEM_CALLS.key(), called);
  }

  private void start(int slot) {
    number = ReadFile.next(number);
    blocks[slot] = ReadFile.blockOf(number);
    prepare(slot, blocks[slot]);
  }

  private void restart() {
    for (int i = 0; i < frees; i++) {
      start(free[i]);
    }
    frees = 0;
  }

  private void drain() throws IOException {
    long end = count + depth;
    while (count < end) {
      turn(1);
    }
    frees = 0;
  }

  @Override
  public final void completed(long slot, int result, int flags) {
    ReadFile.check(buffers(), (int) slot, blocks[(int) slot], result);
    free[frees++] = (int) slot;
    count++;
  }
}
