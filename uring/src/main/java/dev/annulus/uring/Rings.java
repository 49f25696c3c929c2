// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.ErrnoException;

/** Opens rings by policy. */
public final class Rings {
  private Rings() {}

  /**
   * Opens a ring that belongs to the calling thread, a platform thread.
   *
   * @param options sizes, flags and policy
   * @return the kernel's ring, or the stand-in where the policy allows it
   * @throws ErrnoException where neither can be had; the message says who forbids what, and the
   *     remedy
   * @throws IllegalStateException on a virtual thread
   */
  public static Ring open(RingOptions options) throws ErrnoException {
    if (options.policy() == RingOptions.Policy.NEVER) {
      return new PoolRing(options, "asked for by the policy");
    }
    try {
      return KernelRing.open(options);
    } catch (ErrnoException e) {
      if (options.policy() == RingOptions.Policy.REQUIRE) {
        throw e;
      }
      RingEvents.fellBack(e.getMessage());
      return new PoolRing(options, e.getMessage());
    }
  }

  static void checkCount(int count, int capacity) {
    if (count < 1 || count > capacity) {
      throw new IllegalArgumentException(
          "wait for " + count + " completions: the ring has room for 1 to " + capacity);
    }
  }

  static void checkRun(int count, int entries) {
    if (count < 1 || count > entries) {
      throw new IllegalArgumentException(
          "claim " + count + " entries: the submission queue has 1 to " + entries);
    }
  }

  /** Refuses a wait that could not end. */
  static void checkEnd(long timeoutNanos, int inFlight) {
    if (inFlight == 0 && timeoutNanos <= 0) {
      throw new IllegalStateException("nothing is in flight: the wait would not end");
    }
  }
}
