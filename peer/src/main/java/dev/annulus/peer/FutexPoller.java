// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Futex;
import dev.annulus.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A platform thread that sleeps on the tails of up to 127 queues for others: virtual threads, which
 * are parked and hold no carrier, and hosts whose kernel ring cannot wait for futexes. Made for the
 * first, more of them where there are more; it ends a second after it has nobody to wait for,
 * because a JVM that exits waits for threads that are in a system call.
 *
 * <p>Who waits is told when the tail has reached what it waits for, and not before: what happens to
 * the others' tails, or a wake-up without cause, costs it nothing.
 */
final class FutexPoller {
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final int MOST = Futex.FUTEX_WAITV_MAX - 1;
  private static final long IDLE_NANOS = 1_000_000_000;
  private static final long SLICE_NANOS = 2_000_000;
  private static final int PATIENCE = 64;
  private static final long REST_NANOS = 1_000_000;

  /** All that run; the lock of everything here. */
  private static final List<FutexPoller> ALL = new ArrayList<>();

  private final Arena arena = Arena.ofShared();
  private final MemorySegment control = arena.allocate(4, 64);
  private final MemorySegment vector =
      arena.allocate((long) Futex.FUTEX_WAITV_MAX * Futex.WAITV_SIZE, 8);
  private final List<Wait> waits = new ArrayList<>();
  private boolean asleep;

  /** Wake-ups in a row after which nobody had to be told. */
  private int inVain;

  private boolean idle;

  /** One wait: told once, when the low half of the tail is not before {@code target}. */
  record Wait(FutexPoller home, MemorySegment words, long tailAt, int target, Runnable told) {
    boolean reached(int tail) {
      return tail - target >= 0;
    }
  }

  private FutexPoller() {
    ALL.add(this);
    Thread.ofPlatform().daemon().name("annulus-futexes").start(this::run);
  }

  /**
   * Tells once when the tail has reached the target, be it now.
   *
   * @param words memory of the tail; stays until {@link #remove}
   * @param tailAt where in it the tail is
   * @param target the low half of the index to be reached
   * @param told called by the poller, under its lock: short, and of nothing that waits
   * @return to be handed to {@link #remove}
   */
  static Wait add(MemorySegment words, long tailAt, int target, Runnable told) {
    boolean wake;
    Wait wait;
    synchronized (ALL) {
      FutexPoller home = null;
      for (int i = 0; i < ALL.size() && home == null; i++) {
        home = ALL.get(i).waits.size() < MOST ? ALL.get(i) : null;
      }
      home = home == null ? new FutexPoller() : home;
      wait = new Wait(home, words, tailAt, target, told);
      home.waits.add(wait);
      wake = home.changed();
    }
    if (wake) {
      Futex.wake(wait.home.control.address(), 1);
    }
    return wait;
  }

  /** From here on the wait's memory is not touched, and nobody is told any more. */
  static void remove(Wait wait) {
    FutexPoller home = wait.home;
    synchronized (ALL) {
      if (home.waits.remove(wait) && home.waits.isEmpty() && home.changed()) {
        Futex.wake(home.control.address(), 1); // it slept without end, for this one
      }
    }
  }

  /** Whether the poller sleeps, and does not know yet: the word changes before the wake. */
  private boolean changed() {
    boolean wake = asleep;
    asleep = false;
    INT.setVolatile(control, 0L, (int) INT.getVolatile(control, 0L) + 1);
    return wake;
  }

  private void run() {
    while (true) {
      int count;
      long deadline;
      int version;
      synchronized (ALL) {
        asleep = false;
        count = look();
        if (waits.isEmpty() && idle) {
          ALL.remove(this);
          break;
        }
        version = (int) INT.getVolatile(control, 0L);
        Futex.waitv(vector, 0, control.address(), version);
        deadline = waits.isEmpty() ? System.nanoTime() + IDLE_NANOS : 0;
        asleep = true;
      }
      idle = sleep(count, version, deadline);
    }
    arena.close();
  }

  /** Tells those who have what they wait for; fills the vector in for the rest. */
  private int look() {
    int count = 1;
    for (int i = 0; i < waits.size(); i++) {
      Wait wait = waits.get(i);
      // Acquire, as the queue's own look at it, which follows on the thread that is told.
      int tail = (int) INT.getAcquire(wait.words, wait.tailAt);
      if (wait.reached(tail)) {
        waits.remove(i--);
        wait.told.run();
        inVain = 0;
      } else {
        Futex.waitv(vector, count++, wait.words.address() + wait.tailAt, tail);
      }
    }
    return count;
  }

  /** Until something changes; answers whether nobody came for long. */
  private boolean sleep(int count, int version, long deadline) {
    int woken = Futex.awaitAny(vector, count, deadline);
    if (woken == -Errno.ENOSYS || woken == -Errno.EPERM) {
      // Before Linux 5.16, or where a filter forbids the call: look at all of them now and then.
      woken = Futex.await(control.address(), version, count == 1 ? IDLE_NANOS : SLICE_NANOS);
    }
    if (woken > 0 && ++inVain > PATIENCE) {
      LockSupport.parkNanos(REST_NANOS); // somebody wakes us all the time for nothing
    }
    return woken == -Errno.ETIMEDOUT && count == 1;
  }
}
