// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.util.Map;
import java.util.TreeMap;

/** Counts what instrumented classes do, see {@link CountingLoader}. One thread. */
public final class AccessCounts {
  private static final Map<String, Integer> COUNTS = new TreeMap<>();

  private AccessCounts() {}

  /**
   * Called before each access.
   *
   * @param kind which
   */
  public static void hit(String kind) {
    COUNTS.merge(kind, 1, Integer::sum);
  }

  /** Forgets what was counted. */
  public static void reset() {
    COUNTS.clear();
  }

  /**
   * What was counted since {@link #reset}.
   *
   * @return by kind
   */
  public static Map<String, Integer> counts() {
    return new TreeMap<>(COUNTS);
  }
}
