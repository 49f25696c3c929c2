// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code annulus} command as its users run it: real processes, real kills, real full disks.
 *
 * <p>Every wait has a deadline. A {@link dev.annulus.it.cli.Run} is a process of the test that made
 * it, and is gone when that test is closed, with its descendants; hosts listen and write in the
 * test's own temporary directory.
 *
 * <pre>{@code
 * try (Run host = Host.start(root, socket)) {
 *   Result copy = Run.annulus("cp", "file:/a", "file:/b", "--socket", socket).end();
 * }
 * }</pre>
 */
package dev.annulus.it.cli;
