// SPDX-License-Identifier: Apache-2.0

/**
 * The command {@code annulus bench}.
 *
 * <p><b>Guarantee.</b> It ends with 0 only where everything asked for was measured, and prints a
 * ratio only for that.
 *
 * <p><b>Threads.</b> The main thread. <b>Ownership.</b> Whatever it started and made is gone when
 * it ends.
 *
 * <pre>{@code
 * annulus bench list
 * annulus bench kernel-nop --seconds 10 --json result.json
 * annulus bench all --html comparisons.html
 * }</pre>
 */
package dev.annulus.bench;
