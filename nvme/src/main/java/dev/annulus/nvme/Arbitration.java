// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How a controller takes turns among submission queues.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 5.27.1.1.
 *
 * @param burst log2 of the commands that it takes from one queue at once, 0 to 6; 7 for no limit
 * @param low weight of low priority, 1 to 256
 * @param medium weight of medium priority, 1 to 256
 * @param high weight of high priority, 1 to 256
 */
public record Arbitration(int burst, int low, int medium, int high) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of its range
   */
  public Arbitration {
    if ((burst & ~7) != 0 || outside(low) || outside(medium) || outside(high)) {
      throw new IllegalArgumentException(
          "burst %d, weights %d, %d, %d: 0 to 7, and 1 to 256 each"
              .formatted(burst, low, medium, high));
    }
  }

  private static boolean outside(int weight) {
    return weight < 1 || weight > 256;
  }

  static Arbitration parse(int word) {
    return new Arbitration(
        word & 7, (word >>> 8 & 0xFF) + 1, (word >>> 16 & 0xFF) + 1, (word >>> 24) + 1);
  }

  int word() {
    return burst | low - 1 << 8 | medium - 1 << 16 | high - 1 << 24;
  }
}
