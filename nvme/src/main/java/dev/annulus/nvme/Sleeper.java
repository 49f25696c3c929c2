// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * A thread's sleep until an eventfd is signalled. No signal is lost to who first {@linkplain #arm
 * arms}, then looks again at what it waits for, then sleeps: what was written before a signal is
 * seen by the look, or the signal comes after arming and ends the sleep.
 */
interface Sleeper extends AutoCloseable {
  /** From now on a signal ends the next sleep, even where it comes before that. */
  void arm() throws NvmeException;

  /**
   * Sleeps until a signal, a time, or for no reason.
   *
   * @param nanos at least 1; {@link Long#MAX_VALUE} for no time
   * @return whether something else came that the caller waits for besides
   */
  boolean sleep(long nanos) throws NvmeException;

  /** Frees what it has; the eventfd stays its owner's. */
  @Override
  void close();
}
