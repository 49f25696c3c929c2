// SPDX-License-Identifier: Apache-2.0

/**
 * What {@code annulus quickstart} needs around its copies: a place to work that is gone afterwards,
 * a host in a process of its own that never outlives the command, digests computed without Annulus,
 * and the report.
 *
 * <p>All is made by the main thread; what cleans up may also be called by a shutdown hook. A {@link
 * dev.annulus.cli.quickstart.HostProcess} is closed before the {@link
 * dev.annulus.cli.quickstart.Workspace} that it works in.
 *
 * <pre>{@code
 * try (Workspace place = Workspace.make(directory, bytes);
 *     HostProcess host = HostProcess.start(place.log(), "--socket", place.socket().toString())) {
 *   ...
 * }
 * }</pre>
 */
package dev.annulus.cli.quickstart;
