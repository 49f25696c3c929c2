// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

/**
 * How long things run.
 *
 * @param pairs how many pairs are measured
 * @param slice seconds that each side runs in a pair
 * @param warmUps the most runs of each side before
 * @param warmUp seconds of each of those
 */
public record Plan(int pairs, double slice, int warmUps, double warmUp) {
  /** Fewer pairs give no median worth the name. */
  public static final int LEAST_PAIRS = 5;

  private static final int MOST_PAIRS = 25;
  private static final double SLICE = 0.5;

  /**
   * Splits a time into pairs: about half a second a run, 5 to 25 pairs.
   *
   * @param seconds that each side of each case is measured, without warm-up; more than 0
   */
  public static Plan of(double seconds) {
    int pairs = Math.clamp(Math.round(seconds / SLICE), LEAST_PAIRS, MOST_PAIRS);
    return new Plan(pairs, seconds / pairs, 12, Math.max(0.5, seconds / pairs));
  }
}
