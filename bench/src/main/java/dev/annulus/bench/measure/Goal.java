// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

import java.util.Locale;

/**
 * What a ratio should be, annulus over peer.
 *
 * @param bound at least this for rates, at most this for times; 0 for no goal
 * @param unit tells which
 * @param absolute bound of annulus's own value too, or 0 for none
 */
public record Goal(double bound, Unit unit, double absolute) {
  /** A goal of the ratio alone. */
  public static Goal of(double bound, Unit unit) {
    return new Goal(bound, unit, 0);
  }

  /** No goal: the ratio is reported. */
  public static Goal none(Unit unit) {
    return new Goal(0, unit, 0);
  }

  /**
   * Whether a result reaches the goal.
   *
   * @param ratio annulus over peer
   * @param value annulus's own value
   */
  public boolean met(double ratio, double value) {
    return bound == 0 || margin(ratio) >= 1 && (absolute == 0 || reaches(value, absolute));
  }

  private boolean reaches(double value, double limit) {
    return unit.higherIsBetter() ? value >= limit : value <= limit;
  }

  /** How far above the goal a ratio is: 1 is just met, less is not. */
  public double margin(double ratio) {
    if (bound == 0) {
      return Double.POSITIVE_INFINITY;
    }
    return unit.higherIsBetter() ? ratio / bound : bound / ratio;
  }

  @Override
  public String toString() {
    if (bound == 0) {
      return "none";
    }
    String sign = unit.higherIsBetter() ? "≥ " : "≤ ";
    String ratio = String.format(Locale.ROOT, "%s%.2f", sign, bound);
    return absolute == 0
        ? ratio
        : String.format(Locale.ROOT, "%s and %s%.0f %s", ratio, sign, absolute, unit.symbol());
  }
}
