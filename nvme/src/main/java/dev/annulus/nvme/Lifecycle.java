// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where a controller stands: running, being reset, or failed. One word that every queue pair
 * compares with the one it last complied with, so that a reset costs a path that sees none one
 * read.
 *
 * <p>The word is a generation, one more with each reset, and a {@linkplain #phase phase}. A reset
 * goes from {@link #RUNNING} to {@link #STOPPING}; when the device reaches no memory any more, to
 * {@link #STOPPED} in the next generation; then back to {@link #RUNNING}, or to {@link #FAILED},
 * which is the end.
 */
final class Lifecycle {
  /** Commands are taken. */
  static final int RUNNING = 0;

  /** A reset was begun: nothing is submitted any more, but the device may still work. */
  static final int STOPPING = 1;

  /** The device has stopped: what was in flight before is ended by the queue pairs' owners. */
  static final int STOPPED = 2;

  /** As stopped, and there will be no more. */
  static final int FAILED = 3;

  private static final int PHASE_BITS = 2;

  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Lifecycle.class, "word", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition settled = lock.newCondition();

  /** Written under the lock. Volatile: who sees a phase sees what was done before it. */
  private volatile int word;

  /** Written before the word says so. */
  private volatile String failure;

  int word() {
    return word;
  }

  /**
   * Whether the word is another, by an opaque read: it orders nothing, so that a submission costs
   * no more for it. Who finds that it is another reads it again.
   */
  boolean differs(int seen) {
    return (int) WORD.getOpaque(this) != seen;
  }

  static int phase(int word) {
    return word & (1 << PHASE_BITS) - 1;
  }

  static int generation(int word) {
    return word >>> PHASE_BITS;
  }

  private static int word(int generation, int phase) {
    return generation << PHASE_BITS | phase;
  }

  /** Begins a reset; false where there is one already, or was since the caller saw a word. */
  boolean stopping(int seen) {
    lock.lock();
    try {
      if (word != seen || phase(seen) != RUNNING) {
        return false;
      }
      word = word(generation(seen), STOPPING);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The device has stopped. */
  void stopped() {
    to(STOPPED, 1);
  }

  /** The reset is over. */
  void running() {
    to(RUNNING, 0);
  }

  /** There is no way back; says what happened. Nothing else can follow. */
  void failed(String why) {
    lock.lock();
    try {
      if (failure == null) {
        failure = why;
        to(FAILED, 1);
      }
    } finally {
      lock.unlock();
    }
  }

  private void to(int phase, int generations) {
    lock.lock();
    try {
      if (phase(word) != FAILED) {
        word = word(generation(word) + generations, phase);
        settled.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean hasFailed() {
    return phase(word) == FAILED;
  }

  /** Says why nothing works any more. */
  NvmeException failure() {
    return new NvmeException(
        "the controller has failed: "
            + failure
            + "; close it, then reset or replace the device and start it again");
  }

  /** Waits for the end of a reset that is under way; each of its steps has a deadline. */
  int awaitSettled() throws NvmeException {
    lock.lock();
    try {
      while (phase(word) == STOPPING || phase(word) == STOPPED) {
        settled.awaitUninterruptibly();
      }
      if (failure != null) {
        throw failure();
      }
      return word;
    } finally {
      lock.unlock();
    }
  }
}
