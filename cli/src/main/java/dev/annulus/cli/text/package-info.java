// SPDX-License-Identifier: Apache-2.0

/**
 * What the command's results look like: plain ASCII in columns for people, JSON for programs.
 *
 * <p>Everything here is made for one thread and needs no closing.
 *
 * <pre>{@code
 * Table table = new Table("hop", "bytes");
 * table.row("file read", Units.count(145_959_730));
 * table.print(out);
 * }</pre>
 */
package dev.annulus.cli.text;
