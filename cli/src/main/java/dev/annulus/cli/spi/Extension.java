// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.spi;

/** A subcommand of {@code annulus} that another module brings. */
public interface Extension {
  /**
   * Makes the command.
   *
   * @return an object of a class with picocli's {@code @Command} and a name, whose package is open
   *     to {@code info.picocli}. It is a {@code Callable<Integer>} that answers an {@link
   *     ExitCode#status}, or throws {@link CommandException} for what is the user's to mend
   */
  Object command();
}
