// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All that {@code ./dev fuzz} found worth keeping, again: an input a line, in hexadecimal. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CorpusTest {
  private static List<byte[]> inputs(String target) throws IOException {
    Path base = Path.of(System.getProperty("basedir", ""));
    List<String> lines = Files.readAllLines(base.resolve("src/test/corpus/" + target + ".hex"));
    assertFalse(lines.isEmpty());
    return lines.stream().map(HexFormat.of()::parseHex).toList();
  }

  @Test
  void dispatch() throws Exception {
    for (byte[] input : inputs("DispatchFuzz")) {
      DispatchFuzz.fuzzerTestOneInput(input);
    }
  }
}
