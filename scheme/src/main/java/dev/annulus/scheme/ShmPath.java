// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What follows {@code shm:}, {@code [USER/]NAME[?size=FIRST,SECOND]}. Names of different users are
 * different names, so that nobody takes another's.
 *
 * @param user whose name it is, or -1 for the client's own
 * @param name 1 to 64 letters, digits, dots, underscores and hyphens
 * @param firstBytes size of the creator's memory, 0 where it is not said
 * @param secondBytes size of the other end's
 */
record ShmPath(int user, String name, long firstBytes, long secondBytes) {
  /** More bytes than this are no path. */
  static final int MAX = 128;

  private static final Pattern PATTERN =
      Pattern.compile(
          "(?:([0-9]{1,10})/)?([A-Za-z0-9._-]{1,64})(?:\\?size=([0-9]{1,15}),([0-9]{1,15}))?");

  /** Answers null for what is no such path. */
  static ShmPath parse(String text) {
    Matcher parts = PATTERN.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    long user = number(parts.group(1), -1);
    // The kernel's (uid_t) -1 is nobody.
    return user >= 0xffff_ffffL
        ? null
        : new ShmPath(
            (int) user, parts.group(2), number(parts.group(3), 0), number(parts.group(4), 0));
  }

  private static long number(String digits, long otherwise) {
    return digits == null ? otherwise : Long.parseLong(digits);
  }
}
