// SPDX-License-Identifier: Apache-2.0

/**
 * The work that is measured, each kind a {@link dev.annulus.bench.work.Worker} in a process of its
 * own.
 *
 * <p><b>Guarantee.</b> Both sides of a comparison do the same: they write and read the same
 * payload, look at the clock as often, and check what they received.
 *
 * <p><b>Threads.</b> A worker works on the main thread of its process, which is pinned; that thread
 * blocks between runs. <b>Ownership.</b> What a worker opens goes with its process.
 */
package dev.annulus.bench.work;
