// SPDX-License-Identifier: Apache-2.0

/**
 * Moves every byte exactly once from one resource of a host to another, with many operations in
 * flight: completions may come in any order, short reads and writes are continued, and after an
 * error nothing of the transfer is in flight any more.
 *
 * <p>A {@link dev.annulus.cli.copy.Transfer} belongs to the thread that uses its client. It opens
 * and closes nothing: both {@link dev.annulus.cli.copy.End ends}, the client and the window stay
 * the caller's.
 *
 * <pre>{@code
 * End source = End.open(client, "file:/a", Client.O_RDONLY, 0);
 * End target = End.open(client, "nvme:0/1", Client.O_RDWR, 0);
 * try (Window window = Window.of(client, 32, 128 << 10)) {
 *   Transfer transfer = new Transfer(client, window, new Plan(source, target, source.size()));
 *   transfer.run();
 *   transfer.sync();
 * }
 * }</pre>
 */
package dev.annulus.cli.copy;
