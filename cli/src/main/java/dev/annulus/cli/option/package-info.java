// SPDX-License-Identifier: Apache-2.0

/**
 * Options that commands of several packages have. Each object is one command's, filled while its
 * arguments are read, on the thread that does that, and only read afterwards.
 *
 * <pre>{@code
 * @Mixin JsonOption output;
 * ...
 * if (output.isJson()) { ... }
 * }</pre>
 */
package dev.annulus.cli.option;
