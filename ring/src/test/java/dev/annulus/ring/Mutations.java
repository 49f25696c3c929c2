// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.util.SplittableRandom;

/**
 * Words that a hostile peer would write. A run makes {@code -Dannulus.mutations=N} of them in all,
 * over the modules {@code ring}, {@code peer} and {@code scheme}; {@code -Dannulus.seed=N} makes a
 * run again.
 */
final class Mutations {
  private static final long[] FAR = {
    1L << 31, 1L << 32, 1L << 62, Long.MIN_VALUE, Long.MAX_VALUE, -(1L << 31), -(1L << 32), -1
  };

  private Mutations() {}

  /** This test's part of the whole, in percent. */
  static long share(int percent) {
    return Long.getLong("annulus.mutations", 10_000_000) / 100 * percent;
  }

  /** Another one each run, and printed, so that a failure can be made again. */
  static long seed(Object test) {
    long seed = Long.getLong("annulus.seed", System.nanoTime());
    System.out.println(test.getClass().getSimpleName() + ": -Dannulus.seed=" + seed);
    return seed;
  }

  /** An index that is often legal, or near that, a wrap away from it, or anywhere. */
  static long index(SplittableRandom random, long near, int entries) {
    return switch (random.nextInt(16)) {
      case 0 -> random.nextLong();
      case 1 -> near + FAR[random.nextInt(FAR.length)] + random.nextInt(-3, 3 + entries);
      case 2 -> near + (1L << random.nextInt(64));
      case 3 -> near + random.nextInt(-entries - 3, 2 * entries + 3);
      default -> near + random.nextInt(entries + 1);
    };
  }
}
