// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at URLs before they are sent to a host. */
final class Urls {
  private static final Pattern SCHEME = Pattern.compile("([a-z][a-z0-9]{0,15}):.*", Pattern.DOTALL);
  private static final Pattern KERNEL_NVME = Pattern.compile("(?:/dev/)?nvme(\\d+)n(\\d+)");

  private Urls() {}

  /** Refuses what cannot be a URL, with the URL that may have been meant. */
  static void check(String url) throws CommandException {
    if (!SCHEME.matcher(url).matches()) {
      throw new CommandException(
          ExitCode.USAGE,
          "'" + url + "' is not a URL: it has no scheme. Did you mean " + guess(url) + " ?");
    }
  }

  private static String guess(String url) {
    Matcher nvme = KERNEL_NVME.matcher(url);
    if (nvme.matches()) {
      return "nvme:" + nvme.group(1) + "/" + nvme.group(2);
    }
    return url.equals("-") || url.equals("/dev/null") ? "null:" : "file:" + url;
  }

  /** What stands before the colon. */
  static String scheme(String url) {
    Matcher matcher = SCHEME.matcher(url);
    return matcher.matches() ? matcher.group(1) : "";
  }
}
