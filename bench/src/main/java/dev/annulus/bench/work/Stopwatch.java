// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;

/** Times a run of the calling thread, and counts what it allocates. */
final class Stopwatch {
  private final long allocated = Allocation.ofThisThread();
  private final long start = System.nanoTime();
  private final long end;

  Stopwatch(double seconds) {
    end = start + (long) (seconds * 1e9);
  }

  /** Whether the time is not yet over. */
  boolean running() {
    return System.nanoTime() - end < 0;
  }

  /** Stops: what was done, how long it took, and what it allocated. */
  Answer stop(long operations) {
    long nanos = System.nanoTime() - start;
    return Answer.of(operations, nanos)
        .with(Counter.HEAP_BYTES.key(), Allocation.ofThisThread() - allocated);
  }
}
