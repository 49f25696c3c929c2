// SPDX-License-Identifier: Apache-2.0

/**
 * Helpers for tests with real processes.
 *
 * <p><b>Guarantee.</b> What is here changes the process that asks for it, and no other. Nothing is
 * meant for production.
 *
 * <pre>{@code
 * java -p LIB --add-exports dev.annulus.cli/dev.annulus.cli=dev.annulus.testkit \
 *     -m dev.annulus.testkit/dev.annulus.testkit.Forbidden \
 *     EPERM dev.annulus.cli/dev.annulus.cli.Main doctor
 * }</pre>
 */
package dev.annulus.testkit;
