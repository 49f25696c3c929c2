// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ring.Errno;
import java.util.List;

/**
 * What the path of a URL {@code nvme:} names: {@code /} all controllers, {@code /0} or {@code
 * /SERIAL} one of them, {@code /0/1} its namespace 1; with {@code /info} after it, what is to be
 * said of that in JSON. The first slash may be left out.
 *
 * @param errno why it names nothing, or 0
 * @param controller a controller's number, or -1 for all of them
 * @param nsid a namespace's identifier, or 0 for the controller itself
 * @param info whether JSON is asked for
 */
record NvmePath(int errno, int controller, int nsid, boolean info) {
  private static final String INFO = "info";

  /** Digits of a controller's number at most, so that they are no serial number. */
  private static final int CONTROLLER_DIGITS = 4;

  private static final int NSID_DIGITS = 10;

  private static NvmePath error(int errno) {
    return new NvmePath(errno, -1, 0, false);
  }

  /**
   * Reads a path.
   *
   * @param path what follows the colon, a character a byte
   * @param serials of all controllers, in the order of their numbers
   */
  static NvmePath parse(String path, List<String> serials) {
    String rest = strip(path);
    boolean info = rest.equals(INFO) || rest.endsWith("/" + INFO);
    if (info) {
      rest = strip(rest.substring(0, rest.length() - INFO.length()));
    }
    if (rest.isEmpty()) {
      return new NvmePath(0, -1, 0, info);
    }
    int slash = rest.indexOf('/');
    long number = number(slash < 0 ? rest : rest.substring(0, slash), CONTROLLER_DIGITS);
    if (number >= 0) {
      String after = slash < 0 ? "" : rest.substring(slash);
      return number < serials.size() ? namespace((int) number, after, info) : error(Errno.ENOENT);
    }
    return bySerial(rest, serials, info);
  }

  /** A serial number may have slashes of its own. */
  private static NvmePath bySerial(String rest, List<String> serials, boolean info) {
    NvmePath found = null;
    for (int i = 0; i < serials.size(); i++) {
      String serial = serials.get(i);
      if (!serial.isEmpty() && (rest + "/").startsWith(serial + "/")) {
        if (found != null) {
          return error(Errno.ENOTUNIQ);
        }
        found = namespace(i, rest.substring(serial.length()), info);
      }
    }
    return found == null ? error(Errno.ENOENT) : found;
  }

  private static NvmePath namespace(int controller, String after, boolean info) {
    if (after.isEmpty()) {
      return new NvmePath(0, controller, 0, info);
    }
    long nsid = number(after.substring(1), NSID_DIGITS);
    return nsid < 1 || nsid > 0xFFFF_FFFFL
        ? error(Errno.ENOENT)
        : new NvmePath(0, controller, (int) nsid, info);
  }

  private static String strip(String path) {
    int from = 0;
    int to = path.length();
    while (from < to && path.charAt(from) == '/') {
      from++;
    }
    while (to > from && path.charAt(to - 1) == '/') {
      to--;
    }
    return path.substring(from, to);
  }

  /** A decimal number of at most so many digits, or -1. */
  private static long number(String text, int digits) {
    boolean decimal = text.chars().allMatch(c -> c >= '0' && c <= '9');
    return decimal && !text.isEmpty() && text.length() <= digits ? Long.parseLong(text) : -1;
  }
}
