// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * How a process ended, and what it printed.
 *
 * @param status its exit status
 * @param out its standard output
 * @param err its standard error
 */
record Result(int status, String out, String err) {
  Result succeeded() {
    assertEquals(0, status, this::toString);
    assertEquals("", err, "nothing to complain of");
    return this;
  }

  /** It ended with a status and one message that has these parts, and without a stack trace. */
  Result failed(int expected, String... parts) {
    assertEquals(expected, status, this::toString);
    assertTrue(err.startsWith("annulus: "), this::toString);
    for (String part : parts) {
      assertTrue(err.contains(part), () -> "no '" + part + "' in " + this);
    }
    return noStackTrace();
  }

  Result noStackTrace() {
    for (String text : new String[] {out, err}) {
      assertFalse(text.contains("\tat "), this::toString);
      assertFalse(text.contains("Exception"), this::toString);
    }
    return this;
  }
}
