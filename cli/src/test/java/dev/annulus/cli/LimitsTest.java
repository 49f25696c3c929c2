// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final List<String> LINES =
      List.of(
          "Limit                     Soft Limit           Hard Limit           Units     ",
          "Max open files            1024                 524288               files     ",
          "Max locked memory         unlimited            unlimited            bytes     ");

  @Test
  void areReadByName() {
    assertEquals("1024, can be raised to 524288", Limits.parse(LINES, "Max open files").toString());
    assertEquals("unlimited", Limits.parse(LINES, "Max locked memory").toString());
    assertEquals("unknown", Limits.parse(LINES, "Max of something").toString());
  }

  @Test
  void ofThisProcessAreKnown() {
    assertNotEquals("unknown", Limits.read("Max open files").toString());
  }
}
