// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What was done about a controller's trouble so far.
 *
 * @param aborts Abort commands sent, for commands that took too long
 * @param resets resets begun, those asked for by {@link Controller#reset} included
 * @param violations resets of them for something that only a faulty controller does
 * @param failed whether the controller has failed: a reset did not help, and nothing works any more
 * @param cause why the last reset was begun; empty where there was none
 */
public record RecoveryCounters(
    long aborts, long resets, long violations, boolean failed, String cause) {}
