// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;
import java.util.Random;

/**
 * Leases a buffer and releases the oldest of those that are out, again and again. From where, is
 * left to the two sides.
 */
abstract class LeaseWorker implements Worker {
  /** Buffers that are out. */
  private static final int OUT = 64;

  /** The largest buffer in bytes. */
  static final int LARGEST = 64 << 10;

  private static final int ROUNDS_A_CLOCK = 16;

  private final long[] out = new long[OUT];
  private final int[] sizes = new int[16 * OUT];

  /** Sizes are a page each, or any up to the largest. */
  LeaseWorker(boolean mixed) {
    Random random = new Random(1);
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = mixed ? 1 + random.nextInt(LARGEST) : 4096;
    }
  }

  abstract long lease(int size);

  abstract void release(long lease);

  @Override
  public final Answer run(double seconds) {
    for (int i = 0; i < OUT; i++) {
      out[i] = lease(sizes[i]);
    }
    long count = 0;
    Stopwatch watch = new Stopwatch(seconds);
    do {
      for (int i = 0; i < ROUNDS_A_CLOCK; i++) {
        round();
      }
      count += (long) ROUNDS_A_CLOCK * sizes.length;
    } while (watch.running());
    Answer answer = watch.stop(count);
    for (long lease : out) {
      release(lease);
    }
    return answer;
  }

  private void round() {
    for (int i = 0; i < sizes.length; i++) {
      int slot = i % OUT;
      release(out[slot]);
      long lease = lease(sizes[i]);
      if (lease < 0) {
        throw new IllegalStateException("no room for " + sizes[i] + " bytes");
      }
      out[slot] = lease;
    }
  }
}
