// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A resource limit of this process, {@code getrlimit(2)}.
 *
 * @param soft what holds now
 * @param hard what it can be raised to
 */
record Limits(String soft, String hard) {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Limits UNKNOWN = new Limits("unknown", "unknown");

  /** Reads a limit by its name in {@code /proc/self/limits}, such as {@code Max open files}. */
  static Limits read(String name) {
    try {
      return parse(Files.readAllLines(LIMITS), name);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  static Limits parse(List<String> lines, String name) {
    Pattern row = Pattern.compile(Pattern.quote(name) + "\\s+(\\S+)\\s+(\\S+).*");
    for (String line : lines) {
      Matcher limit = row.matcher(line);
      if (limit.matches()) {
        return new Limits(limit.group(1), limit.group(2));
      }
    }
    return UNKNOWN;
  }

  @Override
  public String toString() {
    return soft.equals(hard) ? soft : soft + ", can be raised to " + hard;
  }
}
