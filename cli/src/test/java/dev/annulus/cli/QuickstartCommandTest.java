// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickstartCommandTest {
  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/c, /a",
    "/a, /a/b/c, /a",
    "/a/b/c, /a, /a",
    "/usr/lib, /tmp/x, /",
    "/, /tmp, /",
    "/ab, /a, /"
  })
  void theHostServesTheDeepestDirectoryThatHoldsBoth(Path one, Path other, Path root) {
    assertEquals(root, QuickstartCommand.commonRoot(one, other));
  }
}
