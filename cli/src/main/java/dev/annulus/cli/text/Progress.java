// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.text;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * A line on a terminal that tells how far a copy is. Nothing where standard error is no terminal,
 * and nothing for copies that end at once.
 */
public final class Progress implements LongConsumer, AutoCloseable {
  private static final long FIRST_AFTER = 300_000_000;
  private static final long EVERY = 100_000_000;
  private static final String ERASE = "\r\033[K";

  private final PrintWriter err;
  private final boolean shown;
  private final String what;
  private final long total;
  private final LongSupplier clock;
  private final long start;
  private long next;
  private boolean drawn;

  Progress(PrintWriter err, boolean shown, String what, long total, LongSupplier clock) {
    this.err = err;
    this.shown = shown;
    this.what = what;
    this.total = total;
    this.clock = clock;
    start = clock.getAsLong();
    next = start + FIRST_AFTER;
  }

  /**
   * A line on standard error, if that is a terminal.
   *
   * @param err standard error
   * @param what is copied
   * @param total bytes, or at most 0 where that is not known
   * @return the line, to be closed before anything else is printed
   */
  public static Progress onTerminal(PrintWriter err, String what, long total) {
    return new Progress(err, errIsTerminal(), what, total, System::nanoTime);
  }

  /** {@code Console.isTerminal} looks at the other two streams. */
  private static boolean errIsTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Draws the line anew, if it is time.
   *
   * @param moved bytes so far
   */
  @Override
  public void accept(long moved) {
    if (!shown) {
      return;
    }
    long now = clock.getAsLong();
    if (now - next < 0) {
      return;
    }
    next = now + EVERY;
    drawn = true;
    err.print(ERASE + line(moved, now - start));
    err.flush();
  }

  private String line(long moved, long nanos) {
    String share = total > 0 ? " of " + Units.size(total) + ", " + 100 * moved / total + " %" : "";
    return String.format(
        Locale.ROOT,
        "%s: %s%s, %.0f MiB/s",
        what,
        Units.size(moved),
        share,
        Units.mibPerSecond(moved, nanos));
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (drawn) {
      err.print(ERASE);
      err.flush();
    }
  }
}
