// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Interrupt Coalescing of the model: an interrupt waits for more completions, so many or so long.
 * Under the model's lock. Source: NVM Express Base Specification 2.0, section 5.27.1 (feature 08h).
 */
final class ModelCoalescing {
  private final IntSupplier feature;

  /** Of each vector: completions since its last interrupt, and when the first of them was. */
  private final int[] raised;

  private final long[] since;

  ModelCoalescing(int vectors, IntSupplier feature) {
    this.feature = feature;
    raised = new int[vectors];
    since = new long[vectors];
  }

  /** Whether the host asked for it. */
  boolean wanted() {
    int value = feature.getAsInt();
    return Feature.coalescingCompletions(value) > 1 && Feature.coalescingMicros(value) > 0;
  }

  /** A completion raises a vector. */
  void raised(int vector) {
    if (raised[vector]++ == 0) {
      since[vector] = System.nanoTime();
    }
  }

  /** When a vector that is raised is to be signalled; a time that has passed for at once. */
  long due(int vector) {
    int value = feature.getAsInt();
    long nanos = TimeUnit.MICROSECONDS.toNanos(Feature.coalescingMicros(value));
    // The admin queue's interrupts, which vector 0 has, never wait.
    boolean enough = vector == 0 || raised[vector] >= Feature.coalescingCompletions(value);
    return enough ? since[vector] : since[vector] + nanos;
  }

  /** A vector was signalled. */
  void signalled(int vector) {
    raised[vector] = 0;
  }

  void reset() {
    Arrays.fill(raised, 0);
  }
}
