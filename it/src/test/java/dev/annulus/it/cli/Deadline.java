// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.function.Supplier;

/** Waits for what another process does, by looking often; never for longer than said. */
final class Deadline {
  private static final long LOOK_EVERY_MILLIS = 2;

  private Deadline() {}

  /** Something that can be looked at. */
  interface Condition {
    boolean holds() throws Exception;
  }

  /** Waits until a condition holds; fails with a text where it does not in time. */
  static void await(Duration most, Supplier<String> otherwise, Condition condition)
      throws Exception {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        fail("not within " + most.toMillis() + " ms: " + otherwise.get());
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }
}
