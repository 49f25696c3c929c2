// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import java.io.PrintWriter;

/** Prints fields as nvme-cli does: a name, a colon, a value. */
final class FieldsText {
  private final PrintWriter out;
  private final int width;

  FieldsText(PrintWriter out, int width) {
    this.out = out;
    this.width = width;
  }

  void print(String name, Object value) {
    out.println(name + " ".repeat(Math.max(width - name.length(), 1)) + ": " + value);
  }

  /** The same with what the field is. */
  void print(String name, Object value, String words) {
    print(name, words.isEmpty() ? value : "%-20s %s".formatted(value, words));
  }
}
