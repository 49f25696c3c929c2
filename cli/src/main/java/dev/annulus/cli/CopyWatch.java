// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.text.Progress;
import java.io.PrintWriter;
import java.util.function.LongConsumer;

/** Shows a copy's progress on a terminal, and what is left behind when a signal ends it. */
final class CopyWatch implements Copy.Watch {
  private final PrintWriter err;
  private final String source;
  private final String target;
  private final Thread hook = new Thread(this::interrupted, "annulus-interrupted");
  private Progress progress;
  private long length;

  /** Written by the copy, read by the hook: volatile, any recent value will do. */
  private volatile long moved;

  CopyWatch(PrintWriter err, String source, String target) {
    this.err = err;
    this.source = source;
    this.target = target;
  }

  @Override
  public LongConsumer begins(long bytes) {
    length = bytes;
    progress = Progress.onTerminal(err, source, bytes == Long.MAX_VALUE ? 0 : bytes);
    Runtime.getRuntime().addShutdownHook(hook);
    return now -> {
      moved = now;
      progress.accept(now);
    };
  }

  private void interrupted() {
    progress.close();
    err.println("annulus: interrupted; " + Copy.incomplete(target, moved, length));
    err.flush();
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
      progress.close();
    } catch (IllegalStateException e) {
      // The process is ending already: the hook has the last word.
    }
  }
}
