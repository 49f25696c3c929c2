// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;

/** Does one part of a comparison when it is told to. Belongs to one thread. */
interface Worker {
  /**
   * Works for a while. One that serves others works until they tell it that it is over.
   *
   * @param seconds about how long
   * @return what was done
   */
  Answer run(double seconds) throws Exception;

  /**
   * Called again and again between runs, where {@link #needsIdleCalls}.
   *
   * @throws Exception where the worker is of no more use
   */
  default void idle() throws Exception {}

  /** Whether {@link #idle} must be called some fifty times a second. */
  default boolean needsIdleCalls() {
    return false;
  }

  /** Makes a worker. */
  @FunctionalInterface
  interface Opener {
    /**
     * Makes it, ready to run.
     *
     * @param arguments what the parent said
     */
    Worker open(Arguments arguments) throws Exception;
  }
}
