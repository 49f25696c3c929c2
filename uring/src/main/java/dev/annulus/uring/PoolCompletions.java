// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.Errno;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What the stand-in's threads have finished, on its way to the ring's owner; and what they have
 * not.
 */
final class PoolCompletions {
  private final Thread owner;
  private final ConcurrentLinkedQueue<Completion> done = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ready = new AtomicInteger();
  private final Map<PoolTask, Boolean> started = new ConcurrentHashMap<>();
  private volatile boolean waiting;

  /** One completion. */
  record Completion(long userData, int result) {}

  PoolCompletions(Thread owner) {
    this.owner = owner;
  }

  /** Any thread: hands a result over, and wakes the owner if it waits. */
  void post(long userData, int result) {
    done.add(new Completion(userData, result));
    ready.incrementAndGet();
    // Volatile on both sides: either this sees the owner waiting, or the owner sees the count.
    if (waiting) {
      LockSupport.unpark(owner);
    }
  }

  /** Remembers a task until it is finished, so that it can be cancelled. */
  void started(PoolTask task) {
    started.put(task, Boolean.TRUE);
  }

  /** Any thread: completes a task that was started, once. */
  void finish(PoolTask task, int result) {
    if (started.remove(task) != null) {
      post(task.userData, result);
    }
  }

  /** Owner: cancels by user data, or all; answers as Linux does. */
  int cancel(long userData, boolean all, PoolWaits waits) {
    int answer = -Errno.ENOENT;
    for (PoolTask task : started.keySet()) {
      if (all || task.userData == userData) {
        answer = task.cancel() ? 0 : -Errno.EALREADY;
        if (answer == 0) {
          waits.forget(task);
          finish(task, -Errno.ECANCELED);
        }
        if (!all) {
          return answer;
        }
      }
    }
    return all && answer != -Errno.ENOENT ? 0 : answer;
  }

  int await(int count, long timeoutNanos) {
    long deadline = timeoutNanos > 0 ? System.nanoTime() + timeoutNanos : 0;
    waiting = true;
    try {
      while (ready.get() < count) {
        if (deadline == 0) {
          LockSupport.park(this);
        } else {
          long left = deadline - System.nanoTime();
          if (left <= 0) {
            break;
          }
          LockSupport.parkNanos(this, left);
        }
        if (Thread.currentThread().isInterrupted()) {
          break; // as a signal does to the kernel's ring; the owner looks at its flag
        }
      }
    } finally {
      waiting = false;
    }
    return ready.get();
  }

  /** Owner: the next completion, or null. */
  Completion poll() {
    Completion next = done.poll();
    if (next != null) {
      ready.decrementAndGet();
    }
    return next;
  }
}
