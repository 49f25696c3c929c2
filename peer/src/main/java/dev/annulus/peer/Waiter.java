// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Futex;
import dev.annulus.ring.Consumer;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * One side's wait for entries of the queue that it consumes: it ends when they are there, when the
 * other side is gone, after a time, or when the thread is interrupted.
 *
 * <p>A platform thread sleeps in {@code FUTEX_WAIT} on the tail's low half. Who has something else
 * to tell it ({@link #end}, an interrupt) changes what it looks at before it sleeps, and then wakes
 * it on the same word, again and again until it says that it is awake: so one word is enough, and
 * no wake-up falls between look and sleep. A virtual thread parks; {@link FutexPoller} has the
 * futex.
 *
 * <p>{@link #end} may be called from any thread, the rest belongs to the queue's owner.
 */
final class Waiter {
  /** Wake-ups without cause in one wait that are put up with before each costs a rest. */
  private static final int PATIENCE = 64;

  private static final long REST_NANOS = 1_000_000;
  private static final long AGAIN_NANOS = 20_000;

  private final Consumer queue;
  private final MemorySegment words;
  private final long tailAt;
  private final long tailAddress;
  private final Interrupts interrupts = new Interrupts(this::rouse);

  /** Odd while a platform thread sleeps or is about to; counts up, so that no two are the same. */
  private volatile int sleeps;

  /** The virtual thread that parks or is about to. */
  private volatile Thread parked;

  private volatile boolean ended;
  private long systemCalls;

  /**
   * Waits for a queue's entries.
   *
   * @param queue what to wait for
   * @param words memory of its tail, which the producer writes
   * @param tailAt where in it
   */
  Waiter(Consumer queue, MemorySegment words, long tailAt) {
    this.queue = queue;
    this.words = words;
    this.tailAt = tailAt;
    tailAddress = words.address() + tailAt;
  }

  /** As {@link PeerRing#await}, but answers 0 where the other side is gone and left nothing. */
  int await(int count, long timeoutNanos, WaitStrategy strategy, long spinNanos)
      throws InterruptedException {
    int ready = queue.available();
    if (ready >= count) {
      return ready;
    }
    long deadline = deadline(timeoutNanos);
    ready =
        strategy == WaitStrategy.PARK
            ? queue.refresh()
            : spin(count, deadline, strategy, spinNanos);
    for (int round = 0; ready < count; round++) {
      if (ended || deadline != 0 && System.nanoTime() - deadline >= 0) {
        return queue.refresh();
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (round > PATIENCE) {
        rest(deadline);
      }
      if (!queue.arm(count)) {
        sleep(count, deadline);
      }
      ready = queue.refresh();
    }
    return ready;
  }

  /** The same, however often the thread is interrupted: it has that status afterwards. */
  int awaitUninterruptibly(int count, WaitStrategy strategy, long spinNanos) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return await(count, 0, strategy, spinNanos);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Absolute time, or 0 for none: also where it lies beyond what a long can say, in 292 years. */
  private static long deadline(long timeoutNanos) {
    return timeoutNanos > 0 ? Math.max(System.nanoTime() + timeoutNanos, 0) : 0;
  }

  /** How long until then, for calls that take 0 for no time-out; at least 1. */
  private static long left(long deadline) {
    return deadline == 0 ? 0 : Math.max(deadline - System.nanoTime(), 1);
  }

  /**
   * Spins as the strategy says; the time is looked at only now and then. A virtual thread lets
   * others have its carrier between two looks.
   */
  private int spin(int count, long deadline, WaitStrategy strategy, long spinNanos) {
    int ready = queue.refresh();
    if (ready >= count) {
      return ready;
    }
    boolean virtual = Thread.currentThread().isVirtual();
    int roundsALook = virtual ? 1 : 64;
    long until = strategy == WaitStrategy.BUSY_SPIN ? deadline : System.nanoTime() + spinNanos;
    for (int round = 1; ready < count; round++) {
      if (virtual) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
      ready = queue.refresh();
      if (round % roundsALook == 0 && givenUp(until)) {
        break;
      }
    }
    return ready;
  }

  private boolean givenUp(long until) {
    return ended
        || Thread.currentThread().isInterrupted()
        || until != 0 && System.nanoTime() - until >= 0;
  }

  /** Somebody wakes us all the time for nothing: from here on that costs him more than us. */
  private void rest(long deadline) {
    LockSupport.parkNanos(this, deadline == 0 ? REST_NANOS : Math.min(REST_NANOS, left(deadline)));
  }

  private void sleep(int count, long deadline) {
    systemCalls++;
    if (Thread.currentThread().isVirtual()) {
      park(count, deadline);
    } else {
      block(deadline);
    }
  }

  /**
   * Sleeps while the tail is the one last seen. Its low 32 bits are enough: they differ from the
   * expected value until 2^32 entries have come, and a queue has room for 2^17.
   */
  private void block(long deadline) {
    int own = sleeps + 1;
    // Volatile: before ended and the interrupt status are read; pairs with rouse, which reads this
    // after they were written. Either we see them, or we are seen asleep.
    sleeps = own;
    interrupts.from();
    try {
      if (!ended && !Thread.currentThread().isInterrupted()) {
        Futex.await(tailAddress, queue.tailLow(), left(deadline));
      }
    } finally {
      sleeps = own + 1;
      interrupts.to();
    }
  }

  private void park(int count, long deadline) {
    Thread self = Thread.currentThread();
    parked = self;
    FutexPoller.Wait wait = tell(count, () -> LockSupport.unpark(self));
    try {
      // Volatile: pairs with end, which reads parked after it wrote this.
      if (!ended) {
        if (deadline == 0) {
          LockSupport.park(this);
        } else {
          LockSupport.parkNanos(this, left(deadline));
        }
      }
    } finally {
      FutexPoller.remove(wait);
      parked = null;
    }
  }

  /** Lets a poller tell once when so many are there; to be removed there. */
  FutexPoller.Wait tell(int count, Runnable told) {
    return FutexPoller.add(words, tailAt, (int) queue.head() + count, told);
  }

  /** Any thread: no more entries come than are there. Wakes who sleeps. */
  void end() {
    ended = true;
    Thread virtual = parked;
    if (virtual != null) {
      LockSupport.unpark(virtual);
    }
    rouse();
  }

  /** Any thread: lets a platform thread look again at what it sleeps for. */
  private void rouse() {
    int seen = sleeps;
    while ((seen & 1) != 0 && sleeps == seen) {
      // A wake of memory that was unmapped meanwhile touches nothing.
      Futex.wake(tailAddress, Integer.MAX_VALUE);
      if (sleeps == seen) {
        LockSupport.parkNanos(AGAIN_NANOS);
      }
    }
  }

  /** Whether {@link #end} was called; what came before it is visible. */
  boolean ended() {
    return ended;
  }

  /** Calls made to sleep: for a virtual thread, by the poller on its behalf. */
  long systemCalls() {
    return systemCalls;
  }

  /** Whether a virtual thread is parked, or about to be. */
  boolean parked() {
    return parked != null;
  }
}
