// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlsTest {
  @ParameterizedTest
  @ValueSource(strings = {"file:/a", "file:", "null:", "nvme:0/1", "x9:a:b", "file:a\nb"})
  void urlsHaveAScheme(String url) {
    assertDoesNotThrow(() -> Urls.check(url));
  }

  @ParameterizedTest
  @CsvSource({
    "a.bin, file:a.bin",
    "/tmp/a:b, file:/tmp/a:b",
    "./x, file:./x",
    "nvme0n1, nvme:0/1",
    "/dev/nvme12n3, nvme:12/3",
    "/dev/null, null:",
    "-, null:",
    "FILE:/a, file:FILE:/a",
    "'', file:"
  })
  void othersAreRefusedWithAGuess(String text, String guess) {
    CommandException e = assertThrows(CommandException.class, () -> Urls.check(text));
    assertEquals(ExitCode.USAGE, e.code());
    assertTrue(e.getMessage().endsWith("Did you mean " + guess + " ?"), e.getMessage());
  }

  @Test
  void theSchemeStandsBeforeTheFirstColon() {
    assertEquals("file", Urls.scheme("file:/a:b"));
    assertEquals("", Urls.scheme("/a"));
  }
}
