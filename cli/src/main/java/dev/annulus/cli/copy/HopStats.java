// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.copy;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What one hop of a transfer did, as its client saw it. For the transfer's thread. */
public final class HopStats {
  private static final long LONGEST = TimeUnit.HOURS.toNanos(1);

  private final Histogram latencies = new Histogram(LONGEST, 3);
  private long bytes;

  HopStats() {}

  void record(long nanos, int result) {
    latencies.recordValue(Math.clamp(nanos, 0, LONGEST));
    bytes += Math.max(result, 0);
  }

  /**
   * Operations completed.
   *
   * @return a count
   */
  public long operations() {
    return latencies.getTotalCount();
  }

  /**
   * Bytes that they moved, with those that filled up a block.
   *
   * @return a count
   */
  public long bytes() {
    return bytes;
  }

  /**
   * The time from submission to completion that a share of the operations did not exceed.
   *
   * @param percent 0 to 100
   * @return nanoseconds, three digits; 0 where there was no operation
   */
  public long latency(double percent) {
    return operations() == 0 ? 0 : latencies.getValueAtPercentile(percent);
  }
}
