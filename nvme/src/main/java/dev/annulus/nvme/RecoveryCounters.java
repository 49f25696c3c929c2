// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What was done about a controller's trouble so far.
 *
 * @param aborts Abort commands sent, for commands that took too long
 * @param resets resets begun, those asked for by {@link Controller#reset} included
 * @param failed whether the controller has failed: a reset did not help, and nothing works any more
 */
public record RecoveryCounters(long aborts, long resets, boolean failed) {}
