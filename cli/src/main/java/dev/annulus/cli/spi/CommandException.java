// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.spi;

/** A command failed for a reason that its user can mend; its message is all that the user sees. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  /** How the process ends. */
  private final ExitCode code;

  /**
   * A failure.
   *
   * @param code how the process ends
   * @param message what failed, the cause, and what to do
   */
  public CommandException(ExitCode code, String message) {
    this(code, message, null);
  }

  /**
   * A failure with a cause that {@code --debug} shows.
   *
   * @param code how the process ends
   * @param message what failed, the cause, and what to do
   * @param cause what was caught, or null
   */
  public CommandException(ExitCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /**
   * How the process ends.
   *
   * @return never {@link ExitCode#OK}
   */
  public ExitCode code() {
    return code;
  }
}
