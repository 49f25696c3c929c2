// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

/**
 * A load to be measured.
 *
 * @param write whether it writes
 * @param random whether blocks are chosen at random, or follow each other
 * @param depth commands in flight
 * @param blocks blocks of a command
 * @param first first block of the range that is used
 * @param places how many commands' blocks the range has
 * @param nanos how long
 */
record BenchPlan(
    boolean write, boolean random, int depth, int blocks, long first, long places, long nanos) {}
