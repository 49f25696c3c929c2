// SPDX-License-Identifier: Apache-2.0

/**
 * {@code annulus nvme}: a controller from the command line, by any transport, without a host.
 *
 * <p>A command opens one device, starts its controller, does one thing, and shuts it down; it runs
 * on one thread. What destroys data is confirmed first, and everything that can be looked at is
 * looked at before it is asked for: a refusal has written nothing. Names in the output are those of
 * {@code nvme-cli}, where it has the same.
 *
 * <pre>{@code
 * CommandLine nvme = NvmeCommand.line(Outside.ofProcess());
 * int status = nvme.execute("id", "model:disk.img", "--json");
 * }</pre>
 */
package dev.annulus.cli.nvme;
