// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

/**
 * Waiting without sleeping, the same way on both sides; now and then it looks whether to give up.
 */
final class Spinner {
  private static final int ROUNDS_A_CHECK = 1 << 16;

  private final Runnable check;
  private int rounds;

  /**
   * Prepares to wait.
   *
   * @param check called now and then: throws where there is nothing to wait for any more
   */
  Spinner(Runnable check) {
    this.check = check;
  }

  /** One round of waiting. */
  void spin() {
    Thread.onSpinWait();
    if (++rounds % ROUNDS_A_CHECK == 0) {
      check.run();
    }
  }

  /** Several rounds of waiting. */
  void spin(int times) {
    for (int i = 0; i < times; i++) {
      spin();
    }
  }
}
