// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.text;

import java.io.PrintWriter;
import java.util.List;

/** Prints facts: a name, then what is known of it, broken before the hundredth column. */
public final class Facts {
  private static final int NAME = 18;
  private static final int COLUMNS = 100;

  private final PrintWriter out;

  /**
   * Facts for people.
   *
   * @param out where to
   */
  public Facts(PrintWriter out) {
    this.out = out;
  }

  /**
   * Prints one.
   *
   * @param name of the fact
   * @param text words, broken where a line is full
   */
  public void print(String name, String text) {
    StringBuilder line = new StringBuilder(padded(name));
    for (String word : text.split(" ")) {
      if (line.length() > NAME && line.length() + word.length() > COLUMNS) {
        out.println(line.toString().stripTrailing());
        line = new StringBuilder(padded(""));
      }
      line.append(word).append(' ');
    }
    out.println(line.toString().stripTrailing());
  }

  private static String padded(String name) {
    return name + " ".repeat(Math.max(NAME - name.length(), 1));
  }

  /**
   * Prints a list.
   *
   * @param name of the fact
   * @param words of the list; an empty one is told as none
   */
  public void print(String name, List<String> words) {
    print(name, words.isEmpty() ? "none" : String.join(" ", words));
  }

  /**
   * Prints whether something is there.
   *
   * @param name of the fact
   * @param there whether it is
   */
  public void print(String name, boolean there) {
    print(name, there ? "yes" : "no");
  }
}
