// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  @Test
  void percentilesAreWithinABucketOfTheTruth() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    long[] values = new long[50_000];
    LatencyHistogram histogram = new LatencyHistogram();
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) Math.exp(random.nextDouble() * 30);
      histogram.record(values[i]);
    }
    Arrays.sort(values);
    for (double share : new double[] {0.01, 0.5, 0.9, 0.99, 1.0}) {
      long truth = values[(int) Math.ceil(values.length * share) - 1];
      long told = histogram.percentile(share);
      assertTrue(told <= truth && told >= truth * 0.9375 - 1, told + " for " + truth + " " + seed);
    }
  }

  @Test
  void takesEveryValue() {
    LatencyHistogram histogram = new LatencyHistogram();
    assertEquals(0, histogram.percentile(0.5));
    histogram.record(-5);
    histogram.record(0);
    histogram.record(Long.MAX_VALUE);
    assertEquals(3, histogram.count());
    assertEquals(0, histogram.percentile(0.5));
    assertTrue(histogram.percentile(1.0) > Long.MAX_VALUE / 2);
  }
}
