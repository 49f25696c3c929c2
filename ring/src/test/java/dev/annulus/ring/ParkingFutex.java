// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * What {@code futex(2)} does, for one word and one sleeper: the check of the word and going to
 * sleep are one step for whoever wakes, and a sleeper stays asleep however the word changes, until
 * woken.
 */
final class ParkingFutex {
  private final AtomicReference<Thread> sleeper = new AtomicReference<>();
  private final IntSupplier word;

  ParkingFutex(IntSupplier word) {
    this.word = word;
  }

  /** Sleeps while the word has a value. */
  void await(int expected) {
    Thread self = Thread.currentThread();
    sleeper.set(self);
    // After the sleeper is known: whoever changes the word and then wakes finds it.
    if (word.getAsInt() != expected) {
      sleeper.set(null);
      return;
    }
    while (sleeper.get() == self) {
      LockSupport.park(this);
    }
  }

  /** Wakes the sleeper, if there is one. */
  void wake() {
    Thread sleeping = sleeper.getAndSet(null);
    if (sleeping != null) {
      LockSupport.unpark(sleeping);
    }
  }
}
