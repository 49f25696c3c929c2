// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

/**
 * Counts durations in buckets of at most 6.25 % width: 16 to each power of two. Recording is a few
 * instructions and allocates nothing.
 */
final class LatencyHistogram {
  private static final int SUB_BITS = 4;
  private static final int SUB = 1 << SUB_BITS;

  private final long[] counts = new long[(64 - SUB_BITS) * SUB + SUB];
  private long count;

  void record(long nanos) {
    counts[bucket(Math.max(nanos, 0))]++;
    count++;
  }

  private static int bucket(long value) {
    if (value < SUB) {
      return (int) value;
    }
    int exponent = 63 - Long.numberOfLeadingZeros(value);
    int mantissa = (int) (value >>> (exponent - SUB_BITS)) & (SUB - 1);
    return (exponent - SUB_BITS + 1) * SUB + mantissa;
  }

  /** The lowest value of a bucket. */
  private static long floor(int bucket) {
    if (bucket < SUB) {
      return bucket;
    }
    int exponent = bucket / SUB + SUB_BITS - 1;
    return (long) (SUB + bucket % SUB) << (exponent - SUB_BITS);
  }

  /** The value below which a share of all records lie, 0 to 1; 0 where there are none. */
  long percentile(double share) {
    long rank = (long) Math.ceil(count * share);
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= rank && seen > 0) {
        return floor(bucket);
      }
    }
    return 0;
  }

  long count() {
    return count;
  }
}
