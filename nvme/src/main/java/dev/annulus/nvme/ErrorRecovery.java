// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How a namespace's errors are treated.
 *
 * <p>Source: NVM Command Set Specification 1.0, section 4.1.3.2.
 *
 * @param limitMillis Time Limited Error Recovery: how long a command may be tried again, 0 to
 *     6,553,500 in steps of 100; 0 for no limit
 * @param deallocatedFails whether reading a deallocated block is an error
 */
public record ErrorRecovery(int limitMillis, boolean deallocatedFails) {
  private static final int STEP = 100;
  private static final int DULBE = 1 << 16;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where the limit is out of its range
   */
  public ErrorRecovery {
    if (limitMillis < 0 || limitMillis > 0xFFFF * STEP || limitMillis % STEP != 0) {
      throw new IllegalArgumentException(
          limitMillis + " ms: must be 0 to 6,553,500 in steps of 100");
    }
  }

  static ErrorRecovery parse(int word) {
    return new ErrorRecovery((word & 0xFFFF) * STEP, (word & DULBE) != 0);
  }

  int word() {
    return limitMillis / STEP | (deallocatedFails ? DULBE : 0);
  }
}
