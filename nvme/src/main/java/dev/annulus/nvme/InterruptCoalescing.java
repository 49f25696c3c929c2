// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How many completions a controller may collect for an interrupt, and how long.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 5.27.1.6.
 *
 * @param completions 1 to 256
 * @param micros 0 to 25,500, in steps of 100; 0 is not at all
 */
public record InterruptCoalescing(int completions, int micros) {
  private static final int STEP = 100;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of its range
   */
  public InterruptCoalescing {
    boolean time = micros >= 0 && micros <= 255 * STEP && micros % STEP == 0;
    if (completions < 1 || completions > 256 || !time) {
      throw new IllegalArgumentException(
          "%d completions, %d µs: 1 to 256, and 0 to 25,500 in steps of 100"
              .formatted(completions, micros));
    }
  }

  static InterruptCoalescing parse(int word) {
    return new InterruptCoalescing((word & 0xFF) + 1, (word >>> 8 & 0xFF) * STEP);
  }

  int word() {
    return completions - 1 | micros / STEP << 8;
  }
}
