// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import java.io.Console;

/** Somebody who can be asked. */
public interface Terminal {
  /**
   * Whether somebody is there.
   *
   * @return false where standard input or output is no terminal
   */
  boolean isThere();

  /**
   * Asks.
   *
   * @param question shown as it is
   * @return what was typed, empty where nothing was
   */
  String ask(String question);

  /**
   * The terminal of this process.
   *
   * @return looked for when it is asked
   */
  static Terminal ofProcess() {
    return new Terminal() {
      @Override
      public boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
      }

      @Override
      public String ask(String question) {
        String answer = System.console().readLine("%s", question);
        return answer == null ? "" : answer.strip();
      }
    };
  }
}
