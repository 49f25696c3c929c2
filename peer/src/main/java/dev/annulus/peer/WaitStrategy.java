// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

/** What a thread does while there is nothing to reap. */
public enum WaitStrategy {
  /** Spins: the least latency, a whole processor, no system call. */
  BUSY_SPIN,

  /** Spins for some microseconds, then sleeps on a futex: the default. */
  ADAPTIVE,

  /** Sleeps on a futex at once. */
  PARK
}
