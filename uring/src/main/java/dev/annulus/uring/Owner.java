// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

/**
 * The one thread that may use a ring, and whether the ring may be used now.
 *
 * <p>The kernel holds a ring made with {@code IORING_SETUP_SINGLE_ISSUER} to one thread of its own:
 * a virtual thread, which moves between those, cannot own one.
 */
final class Owner {
  /** The thread that may use the ring; null once it is closed. */
  private Thread user = Thread.currentThread();

  private final String name = user.toString();
  private boolean handling;

  Owner() {
    if (user.isVirtual()) {
      throw new IllegalStateException(
          "a ring belongs to one platform thread; a virtual thread moves between several: open and"
              + " use the ring on a platform thread");
    }
  }

  /** Refuses other threads, and everybody after the end. */
  void check() {
    if (Thread.currentThread() != user) {
      refuse();
    }
  }

  private void refuse() {
    if (isClosed()) {
      throw new IllegalStateException("the ring is closed");
    }
    throw new WrongThreadException("this ring belongs to " + name);
  }

  /** As {@link #check}; refuses also a completion handler, which runs inside of reap. */
  void checkOutside() {
    check();
    if (handling) {
      throw new IllegalStateException(
          "a completion handler may claim and submit, but not await, reap, register or close");
    }
  }

  /** From now to {@link #handled}, completion handlers run. */
  void handling() {
    checkOutside();
    handling = true;
  }

  void handled() {
    handling = false;
  }

  boolean isClosed() {
    return user == null;
  }

  void close() {
    user = null;
  }
}
