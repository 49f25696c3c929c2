// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

import java.util.Map;

/**
 * What one run of one side gave.
 *
 * @param operations how many operations were done, at least 1
 * @param nanos how long they took
 * @param counters what was counted during them, by name, such as {@link Counter#HEAP_BYTES}
 */
public record Sample(long operations, long nanos, Map<Counter, Long> counters) {
  /**
   * Checks that something was measured.
   *
   * @throws IllegalArgumentException where nothing was done or no time went by
   */
  public Sample {
    if (operations < 1 || nanos < 1) {
      throw new IllegalArgumentException(
          operations + " operations in " + nanos + " ns: nothing was measured");
    }
    counters = Map.copyOf(counters);
  }
}
