// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {
  private static String print(Table table) {
    StringWriter text = new StringWriter();
    table.print(new PrintWriter(text, true));
    return text.toString();
  }

  @Test
  void theFirstColumnIsLeftAndTheOthersAreRight() {
    Table table = new Table("hop", "bytes", "p50");
    table.row("file: read", "1,234", "5 us");
    table.row("nvme", "9", "123 ms");
    assertEquals(
        """
        hop         bytes     p50
        file: read  1,234    5 us
        nvme            9  123 ms
        """,
        print(table));
  }

  @Test
  void noLineEndsWithBlanks() {
    assertEquals("a     b\nlong\n", print(new Table("a", "b").row("long", "")));
  }

  @Test
  void rowsHaveAsManyCellsAsTheHead() {
    assertThrows(IllegalArgumentException.class, () -> new Table("a", "b").row("1"));
  }
}
