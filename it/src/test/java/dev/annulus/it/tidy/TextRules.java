// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Rules about the text of a file, whatever it says. */
final class TextRules {
  static final int MOST_COLUMNS = 100;
  static final int MOST_LINES = 400;

  private static final String LICENCE = "SPDX-License-Identifier: " + "Apache-2.0";

  // In pieces, because these files are checked too.
  private static final Pattern LEFTOVER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
  private static final Pattern MACHINE =
      Pattern.compile(
          "(?<![\\w.}])/wo"
              + "rk/|repo\\.mav"
              + "en\\.|repo1\\.mav"
              + "en\\.|registry\\.np"
              + "mjs|deb\\.deb"
              + "ian\\.|py"
              + "pi\\.org");

  static final Map<String, Rule> ALL =
      Map.of(
          "licence", TextRules::licence,
          "columns", TextRules::columns,
          "tabs", TextRules::tabs,
          "length", TextRules::length,
          "leftovers", TextRules::leftovers,
          "machine", TextRules::machine);

  private TextRules() {}

  static List<Finding> licence(Source source) {
    if (!source.isCode() && !source.path().endsWith(".xml")) {
      return List.of();
    }
    List<String> lines = source.lines();
    boolean second = source.text().startsWith("#!") || source.text().startsWith("<?xml");
    int line = second ? 2 : 1;
    return lines.size() >= line && lines.get(line - 1).contains(LICENCE)
        ? List.of()
        : List.of(new Finding(source.path(), line, "begin with a comment: " + LICENCE));
  }

  static List<Finding> columns(Source source) {
    List<String> lines = source.lines();
    return source.where(
        line -> source.isCode() && width(lines.get(line - 1)) > MOST_COLUMNS,
        line -> width(lines.get(line - 1)) + " columns; break it before " + MOST_COLUMNS);
  }

  private static int width(String line) {
    return line.codePointCount(0, line.length());
  }

  static List<Finding> tabs(Source source) {
    List<String> lines = source.lines();
    return source.where(
        line -> (source.isCode() || source.isPom()) && lines.get(line - 1).contains("\t"),
        line -> "a tab; indent with spaces, and write \\t in a literal");
  }

  static List<Finding> length(Source source) {
    int lines = source.lines().size();
    return source.isJava() && lines > MOST_LINES
        ? List.of(new Finding(source.path(), lines, "over 400 lines; split it by idea"))
        : List.of();
  }

  static List<Finding> leftovers(Source source) {
    List<String> lines = source.lines();
    return source.where(
        line -> source.isCode() && LEFTOVER.matcher(lines.get(line - 1)).find(),
        line -> "a leftover; do it now, or write an issue and take the comment out");
  }

  static List<Finding> machine(Source source) {
    List<String> lines = source.lines();
    return source.where(
        line -> MACHINE.matcher(lines.get(line - 1)).find(),
        line -> "names a path or registry of one machine; leave it out or make it an option");
  }
}
