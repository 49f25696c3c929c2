// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

import java.io.IOException;

/** One side of a comparison, set up and waiting: it uses no processor time until it is run. */
public interface Side extends AutoCloseable {
  /** Sets a side up. */
  @FunctionalInterface
  interface Opener {
    /**
     * Sets the side up.
     *
     * @throws IOException where it cannot be
     * @throws MissingPeerException where something is not installed
     */
    Side open() throws IOException;
  }

  /**
   * Does the work for a while.
   *
   * @param seconds about how long
   * @return what it gave
   * @throws IOException where it failed; the side is of no more use then
   */
  Sample run(double seconds) throws IOException;

  /** Ends everything that belongs to the side, also in the middle of a run. */
  @Override
  void close();
}
