// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What the stand-in's threads have finished, on its way to the ring's owner; and what they have
 * not.
 */
final class PoolCompletions {
  private final Thread owner = Thread.currentThread();
  private final ConcurrentLinkedQueue<Completion> done = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ready = new AtomicInteger();
  private final Set<PoolTask> started = ConcurrentHashMap.newKeySet();
  private volatile boolean waiting;

  /** One completion; {@code flags} may say that it is extended. */
  record Completion(long userData, int result, int flags, long extra1, long extra2) {
    void tell(CompletionHandler handler) {
      if (flags == 0) {
        handler.completed(userData, result, flags);
      } else {
        handler.completedExtended(userData, result, flags, extra1, extra2);
      }
    }
  }

  /** Any thread: hands a result over, and wakes the owner if it waits. */
  void post(long userData, int result) {
    post(new Completion(userData, result, 0, 0, 0));
  }

  /** The same, with two numbers more. */
  void postExtended(long userData, int result, long extra1, long extra2) {
    post(new Completion(userData, result, CqEntry.IORING_CQE_F_32, extra1, extra2));
  }

  private void post(Completion completion) {
    done.add(completion);
    ready.incrementAndGet();
    // Volatile: after the count. Pairs with await, which writes this before it reads the count:
    // either this sees the owner waiting, or the owner sees the count.
    if (waiting) {
      LockSupport.unpark(owner);
    }
  }

  /** Remembers a task until it is finished, so that it can be cancelled. */
  void started(PoolTask task) {
    started.add(task);
  }

  /** Any thread: completes a task that was started. Called once a task. */
  void finish(PoolTask task, int result) {
    started.remove(task);
    task.release();
    post(task.userData, result);
  }

  /** Owner: cancels one by its user data; answers as Linux does. */
  int cancel(long userData, PoolWaits waits) {
    int answer = -Errno.ENOENT;
    for (PoolTask task : started) {
      if (task.userData == userData) {
        if (cancel(task, waits)) {
          return 0;
        }
        answer = -Errno.EALREADY;
      }
    }
    return answer;
  }

  /** Owner: cancels all with one user data, or all; answers how many. */
  int cancelAll(boolean any, long userData, PoolWaits waits) {
    int count = 0;
    for (PoolTask task : started) {
      if ((any || task.userData == userData) && cancel(task, waits)) {
        count++;
      }
    }
    return count;
  }

  private boolean cancel(PoolTask task, PoolWaits waits) {
    if (!task.cancel()) {
      return false;
    }
    waits.forget(task);
    finish(task, -Errno.ECANCELED);
    return true;
  }

  /** Owner: waits until so many are ready, or for a time where that is more than 0. */
  int await(int count, long timeoutNanos) {
    long begin = System.nanoTime();
    boolean interrupted = false;
    waiting = true;
    while (ready.get() < count) {
      long left = timeoutNanos <= 0 ? 1 : timeoutNanos - (System.nanoTime() - begin);
      if (left <= 0) {
        break;
      }
      if (timeoutNanos <= 0) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, left);
      }
      // As with the kernel's ring, an interrupt does not end the wait; it is kept for later.
      interrupted |= Thread.interrupted();
    }
    waiting = false;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return ready.get();
  }

  /** How many the owner can take. */
  int ready() {
    return ready.get();
  }

  /** Owner: the next completion. There is one where {@link #ready} is not 0. */
  Completion take() {
    ready.decrementAndGet();
    return done.remove();
  }
}
