// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How long to look for a completion before it is worth sleeping: as long as completions usually
 * take, and half as long again; where that is longer than a sleep and a wake-up cost, not at all.
 */
final class SpinBudget {
  /** About what a sleep with its wake-up costs: who spins no longer pays at most double. */
  static final long MOST_NANOS = 50_000;

  /** Even where completions come at once, one may be late. */
  static final long LEAST_NANOS = 5_000;

  /** A long wait says no more than that it was long: one must not outweigh all others. */
  private static final long LONGEST_COUNTED = 4 * MOST_NANOS;

  /** A mean over so many waits, as a power of two. */
  private static final int WEIGHT_SHIFT = 3;

  /**
   * Who sleeps measures the wake-up too, and would not see that the device has become fast: so
   * every so many waits it looks all the same.
   */
  static final int PROBE_EVERY = 32;

  private long usual = MOST_NANOS / 2;
  private int waits;

  /** Nanoseconds to look for before sleeping, now that a wait begins. */
  long nanos() {
    long wanted = usual + (usual >> 1);
    if (wanted <= MOST_NANOS) {
      return Math.max(wanted, LEAST_NANOS);
    }
    return ++waits % PROBE_EVERY == 0 ? MOST_NANOS : 0;
  }

  /** A completion has come, so long after the wait for it began. */
  void took(long nanos) {
    usual += Math.min(nanos, LONGEST_COUNTED) - usual >> WEIGHT_SHIFT;
  }
}
