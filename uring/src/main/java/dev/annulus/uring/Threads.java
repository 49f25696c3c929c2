// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

/** Waiting for the end of threads. */
final class Threads {
  private Threads() {}

  /** Waits for a thread that was told to end; an interrupt is kept for later. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
