// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.report;

import java.util.Locale;

/** Numbers with as many digits as a measurement is worth. */
final class Numbers {
  private Numbers() {}

  /** A ratio: three digits behind the point, so that just missed does not look like met. */
  static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.3f", ratio);
  }

  /** A measured value: three significant digits. */
  static String value(double value) {
    double size = Math.abs(value);
    String format = size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  /** A count an operation: what is not 0 does not look like 0. */
  static String count(double count) {
    if (count == 0) {
      return "0";
    }
    return count < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", count);
  }
}
