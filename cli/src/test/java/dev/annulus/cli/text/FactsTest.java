// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FactsTest {
  private final StringWriter text = new StringWriter();
  private final Facts facts = new Facts(new PrintWriter(text, true));

  @Test
  void namesAndWhatIsKnownStandInColumns() {
    facts.print("kernel", "Linux 6.18");
    facts.print("  futex opcodes", true);
    facts.print("missing", List.of());
    assertEquals(
        """
        kernel            Linux 6.18
          futex opcodes   yes
        missing           none
        """,
        text.toString());
  }

  @Test
  void longListsAreBrokenBeforeTheHundredthColumn() {
    facts.print("opcodes", Collections.nCopies(50, "FUTEX_WAIT"));
    List<String> lines = text.toString().lines().toList();
    assertTrue(
        lines.size() > 1 && lines.stream().allMatch(line -> line.length() <= 100), lines::toString);
    assertTrue(lines.stream().skip(1).allMatch(line -> line.startsWith(" ".repeat(18) + "FUTEX")));
  }
}
