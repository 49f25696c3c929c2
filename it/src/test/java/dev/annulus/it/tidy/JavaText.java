// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells Java's code from its comments and literals. Enough for C, too. */
final class JavaText {
  private static final Pattern NOT_CODE =
      Pattern.compile(
          "//[^\n]*" // comment to the line's end
              + "|/\\*(?s:.*?)\\*/" // comment
              + "|\"\"\"(?s:.*?)(?<!\\\\)\"\"\"" // text block
              + "|\"(?:\\\\.|[^\"\\\\\n])*+\"" // string
              + "|'(?:\\\\.|[^'\\\\\n])*+'"); // character

  private JavaText() {}

  /** The same text with a blank for each character that is not code; lines stay where they are. */
  static String code(String text) {
    StringBuilder code = new StringBuilder(text);
    Matcher matcher = NOT_CODE.matcher(text);
    while (matcher.find()) {
      blank(code, matcher.start(), matcher.end());
    }
    return code.toString();
  }

  private static void blank(StringBuilder code, int from, int to) {
    for (int at = from; at < to; at++) {
      if (code.charAt(at) != '\n') {
        code.setCharAt(at, ' ');
      }
    }
  }
}
