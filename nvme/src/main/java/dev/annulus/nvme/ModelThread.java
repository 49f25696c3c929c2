// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread of a model that executes by itself: looks at the doorbells, sleeps when there is
 * nothing to do, is woken by the next doorbell.
 *
 * <p>No wake-up is lost: the sleeper stores its state, then looks at the doorbells again; a
 * doorbell writer stores the doorbell, then looks at the state. With a full fence between the two
 * steps on each side, at least one of them sees the other's store.
 */
final class ModelThread implements Runnable {
  static final String NAME = "annulus-nvme";

  private static final int AWAKE = 0;

  /** Asleep, nothing submitted: a submission doorbell wakes it. */
  private static final int IDLE = 1;

  /** Asleep with commands whose completion queue is full: a completion doorbell wakes it too. */
  private static final int STALLED = 2;

  /** How long it looks for work before it sleeps. */
  private static final long SPIN_NANOS = 10_000;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(ModelThread.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ModelController model;
  private final Thread thread;
  private volatile boolean stopping;

  @SuppressWarnings("unused") // by STATE
  private int state;

  private volatile long sleeps;

  ModelThread(ModelController model) {
    this.model = model;
    thread = Thread.ofPlatform().name(NAME).daemon().unstarted(this);
  }

  void start() {
    thread.start();
  }

  /** How often it went to sleep. */
  long sleeps() {
    return sleeps;
  }

  boolean asleep() {
    return (int) STATE.getVolatile(this) != AWAKE;
  }

  /** A submission doorbell was written. */
  void submitted() {
    // Full fence: pairs with the one in sleep. The doorbell is visible before the state is read.
    VarHandle.fullFence();
    wakeFrom(IDLE);
  }

  /** A completion doorbell was written. */
  void consumed() {
    // Full fence: as in submitted.
    VarHandle.fullFence();
    wakeFrom(STALLED);
  }

  private void wakeFrom(int least) {
    int now = (int) STATE.getOpaque(this);
    // One writer wakes it, however many doorbells are written before it runs.
    if (now >= least && STATE.compareAndSet(this, now, AWAKE)) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void run() {
    boolean ended = false;
    try {
      while (!stopping) {
        if (!model.serve()) {
          spinThenSleep();
        }
      }
      ended = true;
    } finally {
      if (!ended) {
        // A fault of the model's own: the driver learns of it, and the thread's handler says what.
        model.fail();
      }
    }
  }

  private void spinThenSleep() {
    long end = System.nanoTime() + SPIN_NANOS;
    while (System.nanoTime() - end < 0) {
      if (stopping || model.ready()) {
        return;
      }
      Thread.onSpinWait();
    }
    sleep();
  }

  private void sleep() {
    int kind = model.stalled() ? STALLED : IDLE;
    STATE.setOpaque(this, kind);
    model.listen();
    // Full fence: pairs with those in submitted and consumed, and with that of
    // ShadowDoorbells.update. The state and the event indices are visible before the doorbells and
    // their shadows are read again.
    VarHandle.fullFence();
    boolean outdated = kind == IDLE && model.stalled();
    if (!stopping && !outdated && !model.ready()) {
      sleeps++;
      park(model.idleNanos());
      // An interrupt is nobody's way to talk to a device; it would turn parking into spinning.
      Thread.interrupted();
    }
    STATE.setOpaque(this, AWAKE);
  }

  private void park(long nanos) {
    if (nanos == 0) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, nanos);
    }
  }

  /** Ends the thread, after the command that it is executing. */
  void stop() {
    stopping = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
