// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What a queue pair has done so far. Doorbell writes are those that reach the device's registers;
 * with shadow doorbells they may be fewer than the values that were stored for the device to find.
 *
 * @param commands commands submitted
 * @param completions commands completed, each counted once
 * @param submissionDoorbells writes of the submission queue's tail doorbell
 * @param completionDoorbells writes of the completion queue's head doorbell
 * @param spurious completions that belong to no command in flight: unknown, stale or duplicate
 *     identifier, or another queue's. They are dropped; more than none means a faulty controller
 * @param badHeads completions whose submission queue head cannot be true; the head is ignored
 * @param shadowUpdates values stored in shadow doorbells, 0 where they are not in use
 */
public record QueueCounters(
    long commands,
    long completions,
    long submissionDoorbells,
    long completionDoorbells,
    long spurious,
    long badHeads,
    long shadowUpdates) {}
