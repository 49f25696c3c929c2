// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.text;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Columns: the first is set left, the others, which hold numbers, right. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final int columns;

  /**
   * A table with a head.
   *
   * @param head the names of the columns
   */
  public Table(String... head) {
    columns = head.length;
    rows.add(head.clone());
  }

  /**
   * Adds a row.
   *
   * @param cells as many as the head has
   * @return this
   */
  public Table row(String... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(cells.length + " cells in " + columns + " columns");
    }
    rows.add(cells.clone());
    return this;
  }

  /**
   * Prints it.
   *
   * @param out where to
   */
  public void print(PrintWriter out) {
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String padding = " ".repeat(widths[i] - row[i].length());
        line.append(i == 0 ? row[i] + padding : GAP + padding + row[i]);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
