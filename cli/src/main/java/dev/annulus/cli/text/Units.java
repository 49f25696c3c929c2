// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.text;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units, both ways. */
public final class Units {
  private static final double MIB = 1 << 20;
  private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(?:([KMGT])(?:iB)?)?");
  private static final String PREFIXES = "KMGT";

  private Units() {}

  /**
   * A count in full.
   *
   * @param count at least 0
   * @return with a comma at each thousand
   */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /**
   * A size, rounded.
   *
   * @param bytes at least 0
   * @return such as {@code 139.2 MiB}
   */
  public static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + (bytes == 1 ? " byte" : " bytes");
    }
    double value = bytes;
    int prefix = -1;
    while (value >= 1024 && prefix < PREFIXES.length() - 1) {
      value /= 1024;
      prefix++;
    }
    return String.format(Locale.ROOT, "%.1f %siB", value, PREFIXES.charAt(prefix));
  }

  /**
   * A time, with three digits.
   *
   * @param nanos at least 0
   * @return such as {@code 12.3 us}
   */
  public static String time(long nanos) {
    if (nanos < 1_000) {
      return nanos + " ns";
    }
    double value = nanos / 1e3;
    String unit = "us";
    if (value >= 999.5) {
      value /= 1e3;
      unit = "ms";
    }
    if (value >= 999.5) {
      value /= 1e3;
      unit = "s";
    }
    String format = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format + " %s", value, unit);
  }

  /**
   * A rate.
   *
   * @param bytes moved
   * @param nanos in this time
   * @return MiB a second; 0 where there was no time
   */
  public static double mibPerSecond(long bytes, long nanos) {
    return nanos <= 0 ? 0 : bytes / MIB / (nanos / 1e9);
  }

  /**
   * Reads a size as users write it.
   *
   * @param text digits, then nothing or one of K, M, G, T (powers of 1024), then perhaps {@code iB}
   * @return bytes
   * @throws IllegalArgumentException where it is none, or more than 2^63-1
   */
  public static long parseSize(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size: digits, and K, M, G or T for powers of 1024");
    }
    String prefix = size.group(2);
    int shift = prefix == null ? 0 : 10 * (PREFIXES.indexOf(prefix) + 1);
    long number = Long.parseLong(size.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("'" + text + "' is more than 2^63-1 bytes");
    }
    return number << shift;
  }
}
