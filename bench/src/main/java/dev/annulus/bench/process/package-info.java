// SPDX-License-Identifier: Apache-2.0

/**
 * The processes that do the work of a comparison, each pinned to a processor.
 *
 * <p><b>Guarantee.</b> A process reads commands from its standard input and blocks while it has
 * none; {@code run SECONDS} is answered by one line: {@code OPERATIONS NANOSECONDS NAME=NUMBER…}.
 * Whatever else it answers, or its end, is an error that shows what the process said. All processes
 * and files are gone when this one ends, by {@code close}, by an exception or by a signal.
 *
 * <p><b>Threads.</b> One thread runs a side. <b>Ownership.</b> A {@link
 * dev.annulus.bench.process.ProcessSide} owns its processes and its directory.
 *
 * <pre>{@code
 * try (ProcessSide side = ProcessSide.of("kernel-nop", directory).timed(command).start()) {
 *   Sample sample = side.run(0.5);
 * }
 * }</pre>
 */
package dev.annulus.bench.process;
