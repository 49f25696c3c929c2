// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code annulus} command: one class a subcommand, each a {@code Callable} that answers an exit
 * status of {@link dev.annulus.cli.spi.ExitCode}. What a user did wrong, or a machine refuses, is
 * one message on standard error, never a stack trace; results go to standard output, for people or,
 * with {@code --json}, for programs.
 *
 * <p>A command runs on the main thread, and closes what it opened before it returns, or when a
 * signal ends the process.
 *
 * <pre>{@code
 * annulus serve --root /srv/data &
 * annulus cp file:/a file:/b
 * annulus quickstart --json
 * }</pre>
 */
package dev.annulus.cli;
