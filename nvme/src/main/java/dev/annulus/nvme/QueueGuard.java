// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.concurrent.TimeUnit;

/**
 * A queue pair's share in trouble: finds commands that take too long, a controller that is dead or
 * lies, and ends, once each, the commands that a reset cut off. On the queue's owner's thread; what
 * takes time is left to {@link Recovery}.
 */
final class QueueGuard {
  /** A poll that finds nothing looks at the clock, and so many that find something. */
  private static final int POLLS_A_CLOCK = 64;

  /** The longest time between two looks at the commands in flight, but for time-outs of hours. */
  private static final long MOST_SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** A time-out is at least so many sweeps, so that it is met to an eighth. */
  private static final int SWEEPS = 8;

  /** And fewer than an age can count, however long it is. */
  private static final int MOST_SWEEPS = CommandSlots.AGES / 2;

  private static final CompletionHandler NOBODY = (token, status, result) -> {};

  private final CommandQueue queue;
  private final Lifecycle lifecycle;
  private final Recovery recovery;
  private final int timeoutMillis;
  private final long sweepNanos;
  private final int patience;

  private long nextSweep;
  private int polls;
  private long completions;

  /** The generation in whose beginning this queue's commands were ended. */
  private int generation;

  /**
   * The word in which the device has the queue. Written by the recovery's thread, volatile: the
   * owner who sees it may ring.
   */
  private volatile int opened;

  QueueGuard(CommandQueue queue, Lifecycle lifecycle, Recovery recovery, int timeoutMillis) {
    this.queue = queue;
    this.lifecycle = lifecycle;
    this.recovery = recovery;
    this.timeoutMillis = timeoutMillis;
    long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    long most = Math.max(MOST_SWEEP_NANOS, nanos / MOST_SWEEPS);
    sweepNanos = Math.min(Math.max(nanos / SWEEPS, 1), most);
    patience = (int) ((nanos + sweepNanos - 1) / sweepNanos);
    generation = Lifecycle.generation(queue.seen());
    opened = queue.seen();
    nextSweep = System.nanoTime() + sweepNanos;
  }

  CommandQueue queue() {
    return queue;
  }

  /** The longest time between two polls while commands are in flight. */
  long sweepNanos() {
    return sweepNanos;
  }

  /** The device has the queue again; on the recovery's thread. */
  void opened(int word) {
    opened = word;
  }

  /** Whether the device has the queue now. */
  boolean isOpen() {
    return opened == lifecycle.word();
  }

  void ring() throws NvmeException {
    if (queue.stopped()) {
      if (queue.inFlight() == 0) {
        cutOff(NOBODY, 0);
      }
      return;
    }
    try {
      queue.ring();
    } catch (NvmeException e) {
      recovery.reset(queue.seen(), e.getMessage());
    }
  }

  int poll(CompletionHandler handler, int most) throws NvmeException {
    if (queue.stopped()) {
      return cutOff(handler, most);
    }
    int done = 0;
    try {
      done = queue.drain(handler, most);
    } finally {
      ringHead();
    }
    if (queue.violation() != null) {
      recovery.lied(queue.seen(), "queue " + queue.id() + ": " + queue.violation().words);
    } else if (done == 0 || ++polls % POLLS_A_CLOCK == 0) {
      look();
    }
    return done;
  }

  private void ringHead() {
    try {
      queue.ringHead();
    } catch (NvmeException e) {
      recovery.reset(queue.seen(), e.getMessage());
    }
  }

  private void look() {
    if (queue.inFlight() > 0) {
      long now = System.nanoTime();
      if (now - nextSweep >= 0) {
        nextSweep = now + sweepNanos;
        sweep();
      }
    }
  }

  private void sweep() {
    CommandSlots slots = queue.slots();
    slots.swept();
    if (queue.completions() == completions && !stillThere()) {
      return;
    }
    completions = queue.completions();
    for (int slot = 0; slot < slots.depth(); slot++) {
      if (slots.busy(slot) && slots.age(slot) > patience) {
        if (slots.aborting(slot)) {
          recovery.reset(queue.seen(), unanswered(slot) + ", nor as long after its abort");
          return;
        }
        slots.abort(slot);
        recovery.abort(queue.seen(), queue.id(), slots.id(slot));
      }
    }
  }

  /** Whether the device lives; where it missed a shadow doorbell, it is rung for it. */
  private boolean stillThere() {
    if (!recovery.checkAlive(queue.seen())) {
      return false;
    }
    try {
      queue.insist();
      return true;
    } catch (NvmeException e) {
      recovery.reset(queue.seen(), e.getMessage());
      return false;
    }
  }

  private String unanswered(int slot) {
    return "queue %d: command %xh had no completion in %,d ms"
        .formatted(queue.id(), queue.slots().id(slot), timeoutMillis);
  }

  /**
   * Complies with the controller's word, as far as it can now: when the device has stopped, ends
   * what was in flight; when that is done, lets the queue be made on the device again; when it is,
   * goes on. Answers how many commands were ended.
   */
  private int cutOff(CompletionHandler handler, int most) throws NvmeException {
    int word = lifecycle.word();
    if (Lifecycle.phase(word) == Lifecycle.STOPPING) {
      return 0;
    }
    boolean failed = Lifecycle.phase(word) == Lifecycle.FAILED;
    int done = 0;
    if (generation != Lifecycle.generation(word)) {
      done = end(handler, most, failed);
      if (queue.inFlight() > 0) {
        return done;
      }
      queue.restart();
      generation = Lifecycle.generation(word);
      if (!failed) {
        recovery.reopen(this, generation);
      }
    }
    if (failed && done == 0) {
      throw lifecycle.failure();
    }
    if (opened == word) {
      queue.comply(word);
      completions = queue.completions();
      nextSweep = System.nanoTime() + sweepNanos;
    }
    return done;
  }

  /**
   * Ends commands in flight: with what the device had posted before it was stopped, unless it lied,
   * else with a status of the host's.
   */
  int end(CompletionHandler handler, int most, boolean failed) {
    int done = queue.violation() == null ? queue.drain(handler, most) : 0;
    int status = StatusCode.HOST_PATHING_ERROR.value | (failed ? NvmeStatus.DO_NOT_RETRY : 0);
    return done + queue.abandon(handler, most - done, status);
  }
}
