// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.uring.Ring;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits for a queue pair's completions: looks for them as long as they usually take, then sleeps
 * until the device's interrupt. Asleep it costs no processor time.
 *
 * <p>It belongs to the queue pair's thread, a platform thread, but for {@link #wake}, which is any
 * thread's. A queue pair has one at a time; it is closed before the queue pair and before the ring
 * it sleeps in.
 *
 * <p><b>No wake-up is lost.</b> Before it sleeps it arms (sets the interrupt's eventfd to 0), then
 * looks at the completion queue and for {@link #wake} once more. Who ends a sleep writes first (the
 * device the completion, another thread the word), then signals the eventfd. So what was written
 * before the look is seen there, and what comes later finds the eventfd at 0 and makes it readable.
 *
 * <p><b>What raises no interrupt is found all the same.</b> While commands are in flight it sleeps
 * no longer than {@link QueuePair#longestSleepNanos}, so time-outs are found when they are due, as
 * is a completion whose interrupt the device has lost.
 */
public final class CompletionWaiter implements AutoCloseable {
  /** What the thread does while there is no completion. */
  public enum Strategy {
    /** Looks for it all the time: the least latency, a whole processor, no system call. */
    POLL,

    /** Sleeps until the interrupt: the least processor time. Needs interrupts. */
    INTERRUPT,

    /**
     * Looks for it for a while, then sleeps: the default. For how long is learnt from how long
     * completions take, 50 microseconds at most; where they usually take longer, it sleeps at once.
     * Without interrupts it sleeps only while nothing is in flight.
     */
    HYBRID
  }

  private final QueuePair queue;
  private final Strategy strategy;
  private final SpinBudget budget = new SpinBudget();
  private final Sleeper sleeper;

  /** The interrupt's, or where there is none, one for {@link #wake} alone. */
  private final int eventfd;

  private final boolean ownEventfd;

  /** Guards {@link #closed}, so that nobody signals a descriptor that is another's by then. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean closed;

  /** Set, volatile, before the signal; read after arming. */
  private final AtomicBoolean woken = new AtomicBoolean();

  private CompletionWaiter(QueuePair queue, Strategy strategy, int eventfd, Sleeper sleeper) {
    this.queue = queue;
    this.strategy = strategy;
    this.eventfd = eventfd;
    this.sleeper = sleeper;
    ownEventfd = queue.interruptFd() < 0;
  }

  /**
   * A waiter that polls for a while, then sleeps.
   *
   * @param queue whose completions, the calling thread's
   * @return the waiter
   * @throws NvmeException where a descriptor cannot be had
   */
  public static CompletionWaiter of(QueuePair queue) throws NvmeException {
    return of(queue, Strategy.HYBRID);
  }

  /**
   * A waiter that sleeps on the queue pair's interrupt alone.
   *
   * @param queue whose completions, the calling thread's
   * @param strategy how to wait
   * @return the waiter
   * @throws NvmeException where a descriptor cannot be had
   * @throws IllegalArgumentException for INTERRUPT, where the controller was started without
   */
  public static CompletionWaiter of(QueuePair queue, Strategy strategy) throws NvmeException {
    int eventfd = eventfd(queue, strategy);
    return new CompletionWaiter(queue, strategy, eventfd, new DescriptorSleeper(eventfd));
  }

  /**
   * A waiter that sleeps in a ring of the caller's, so that its completions end a wait too. When
   * asleep it hands over what is claimed there, and takes what has completed.
   *
   * @param queue whose completions, the calling thread's
   * @param strategy how to wait; with POLL the ring is never looked at
   * @param ring the calling thread's
   * @param tag user data that no operation of the caller's has
   * @param others given the ring's completions but those with the tag
   * @return the waiter
   * @throws NvmeException where a descriptor cannot be had
   * @throws IllegalArgumentException for INTERRUPT, where the controller was started without
   */
  public static CompletionWaiter inRing(
      QueuePair queue,
      Strategy strategy,
      Ring ring,
      long tag,
      dev.annulus.ring.CompletionHandler others)
      throws NvmeException {
    int eventfd = eventfd(queue, strategy);
    Sleeper sleeper = new RingSleeper(eventfd, ring, tag, others);
    return new CompletionWaiter(queue, strategy, eventfd, sleeper);
  }

  private static int eventfd(QueuePair queue, Strategy strategy) throws NvmeException {
    if (queue.interruptFd() >= 0) {
      return queue.interruptFd();
    }
    if (strategy == Strategy.INTERRUPT) {
      throw new IllegalArgumentException(
          "the controller raises no interrupts to wait for: start it with"
              + " ControllerOptions.withInterrupts(true), or wait by POLL");
    }
    int own = Events.eventfd(true);
    if (own < 0) {
      throw new NvmeException(
          "eventfd for waking a waiter: " + Errno.describe(-own) + ": raise the limit of files");
    }
    return own;
  }

  /**
   * Rings for what was submitted, and waits for completions. Ends when so many were handled, when
   * nothing is in flight any more, at the time-out, after {@link #wake}, or when the ring that it
   * sleeps in had other completions. With nothing in flight at first it waits for the latter three.
   * An interrupt of the thread does not end it.
   *
   * @param handler called for each completion
   * @param count how many to wait for, at least 1
   * @param timeoutNanos longest wait, or at most 0 for none
   * @return how many were handled, at most {@code count}
   * @throws NvmeException where the controller has failed, and nothing is in flight; or where the
   *     kernel refuses to wait
   */
  public int await(CompletionHandler handler, int count, long timeoutNanos) throws NvmeException {
    if (count < 1) {
      throw new IllegalArgumentException("wait for " + count + " completions: at least 1");
    }
    int done = look(handler, count);
    if (done == count || done > 0 && queue.inFlight() == 0) {
      return done;
    }
    long now = System.nanoTime();
    long left = timeoutNanos > 0 ? timeoutNanos : Long.MAX_VALUE;
    while (true) {
      long began = now;
      int more = next(handler, count - done, began, left);
      done += more;
      if (more == 0 || done == count || queue.inFlight() == 0) {
        return done;
      }
      now = System.nanoTime();
      left = left == Long.MAX_VALUE ? left : left - (now - began);
    }
  }

  private int look(CompletionHandler handler, int most) throws NvmeException {
    queue.ring();
    return queue.poll(handler, most);
  }

  /** The next completions, within a time; 0 where something else ends the wait. */
  private int next(CompletionHandler handler, int most, long began, long longest)
      throws NvmeException {
    long spin = spinNanos();
    boolean armed = false;
    while (true) {
      int done = look(handler, most);
      long passed = System.nanoTime() - began;
      if (done > 0) {
        budget.took(passed);
        return done;
      }
      if (passed >= longest || woken.get() && woken.getAndSet(false)) {
        return 0;
      }
      if (passed < spin) {
        Thread.onSpinWait();
      } else if (!armed) {
        sleeper.arm();
        armed = true; // then the next look
      } else {
        armed = false;
        long left = longest == Long.MAX_VALUE ? longest : longest - passed;
        if (sleeper.sleep(Math.min(left, sweepNanos()))) {
          return 0;
        }
      }
    }
  }

  private long spinNanos() {
    boolean inFlight = queue.inFlight() > 0;
    if (strategy == Strategy.POLL || ownEventfd && inFlight) {
      return Long.MAX_VALUE;
    }
    return strategy == Strategy.HYBRID && inFlight ? budget.nanos() : 0;
  }

  private long sweepNanos() {
    return queue.inFlight() > 0 ? queue.longestSleepNanos() : Long.MAX_VALUE;
  }

  /**
   * Ends the owner's wait, or its next one. Any thread; after {@link #close} it does nothing. Many
   * before the owner's wait ends are one.
   */
  public void wake() {
    lock.lock();
    try {
      if (!closed) {
        woken.set(true);
        // It fails only where the counter is full, and then it is readable all the same.
        Events.signal(eventfd);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Frees what it has; the queue pair stays open. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      lock.unlock();
    }
    sleeper.close();
    if (ownEventfd) {
      Files.close(eventfd);
    }
  }
}
