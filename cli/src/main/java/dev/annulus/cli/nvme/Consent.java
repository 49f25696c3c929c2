// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import picocli.CommandLine.Option;

/** That what destroys data is meant: {@code --force}, or a yes on the terminal. */
final class Consent {
  @Option(
      names = "--force",
      description = "Destroy data without asking; needed where there is no terminal to ask on.")
  private boolean force;

  /**
   * Returns where it is meant. To be called after everything was checked, before anything is done.
   *
   * @param what will be destroyed, as in "format erases all of namespace 1"
   * @param device its name, which is as good an answer as y
   */
  void require(Terminal terminal, String what, String device) throws CommandException {
    if (force) {
      return;
    }
    if (!terminal.isThere()) {
      throw refusal(
          what + ": not done, there is no terminal to ask on; say --force if it is meant");
    }
    String answer = terminal.ask(what + ". Type y or " + device + " to go on: ");
    if (!answer.equalsIgnoreCase("y") && !answer.equals(device)) {
      throw refusal(what + ": not done, since it was not confirmed");
    }
  }

  private static CommandException refusal(String message) {
    return new CommandException(ExitCode.NOT_CONFIRMED, message);
  }
}
