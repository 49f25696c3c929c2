// SPDX-License-Identifier: Apache-2.0

/**
 * The benchmarks: which sides are compared, how they are set, and what the ratio should be.
 *
 * <p><b>Guarantee.</b> Same depth, same batch, same flags, same pinning on both sides; where a peer
 * has no such thing, its best is taken, and its notes say so.
 *
 * <p><b>Threads.</b> Values only. <b>Ownership.</b> Nothing is opened before a side is.
 */
package dev.annulus.bench.suite;
