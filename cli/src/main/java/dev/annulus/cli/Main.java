// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Where the command starts. */
public final class Main {
  private Main() {}

  /**
   * Runs the command and ends the process with its exit status.
   *
   * @param args as typed
   */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    int status = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(status);
  }

  /** Runs the command; answers its exit status. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    try {
      CommandLine line = Commands.create();
      line.setOut(out);
      line.setErr(err);
      return line.execute(args);
    } catch (Throwable e) {
      // Not all that can go wrong goes through picocli: errors, and modules that do not load.
      return Failures.report(e, err, false);
    }
  }
}
