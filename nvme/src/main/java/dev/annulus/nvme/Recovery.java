// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is done about trouble: aborts commands, resets the controller, makes queues on it again. All
 * of it takes time, so it is asked for without waiting, and done in order by a thread that exists
 * only while there is something to do.
 */
final class Recovery {
  static final String THREAD = "annulus-nvme-recovery";

  /** A controller that lies twice within such a time is not used any more. */
  private static final long LIE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** What the recovery does to a controller. */
  interface Device {
    /** Stops the device: it reaches no memory any more. */
    void stopDevice() throws NvmeException;

    /** Starts the device and sets it up again, without I/O queues. */
    void restart() throws NvmeException;

    /** Stops it from outside before, where it did not start as it should. */
    void restartByTransport(NvmeException why) throws NvmeException;

    /** Makes a queue on the device. */
    void reopen(QueueGuard guard, int generation) throws NvmeException;

    /** Wakes the owners of all queue pairs. */
    void wake();
  }

  private final Transport transport;
  private final Lifecycle lifecycle;
  private final AdminQueue admin;
  private final Device device;

  /** Held over a reset: meanwhile no queue pair is opened or closed. */
  private final ReentrantLock exclusive;

  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> work = new ArrayDeque<>();
  private Thread thread;
  private boolean closed;
  private boolean lied;
  private long lastLie;

  /** Each is written by one thread at a time: the recovery's, or the one that begins a reset. */
  private volatile long aborts;

  private volatile long resets;
  private volatile long violations;
  private volatile String cause = "";

  Recovery(
      Transport transport,
      Lifecycle lifecycle,
      AdminQueue admin,
      ReentrantLock exclusive,
      Device device) {
    this.transport = transport;
    this.exclusive = exclusive;
    this.lifecycle = lifecycle;
    this.admin = admin;
    this.device = device;
  }

  RecoveryCounters counters() {
    return new RecoveryCounters(aborts, resets, violations, lifecycle.hasFailed(), cause);
  }

  /** Asks for the abort of a command; nothing happens where a reset was begun since a word. */
  void abort(int seen, int queue, int command) {
    add(() -> sendAbort(seen, queue, command));
  }

  /** One at a time, which no controller's limit (ACL) is below. */
  private void sendAbort(int seen, int queue, int command) {
    if (lifecycle.word() != seen) {
      return;
    }
    aborts++;
    try {
      // That it was not aborted is no error: the owner waits once more as long for it.
      admin.execute(AdminOpcode.ABORT, 0, queue | (long) command << 16, 0, "Abort of command", "");
    } catch (NvmeException e) {
      // A refusal is as good as no abort; where the admin queue does not answer it asks for a
      // reset itself.
      return;
    }
  }

  /** Asks for a reset; nothing happens where one was begun since a word. */
  void reset(int seen, String why) {
    begin(seen, why, false);
  }

  /** As {@link #reset}, for what only a faulty controller does: the second time is the last. */
  void lied(int seen, String what) {
    begin(seen, "it broke the protocol: " + what, true);
  }

  /** The admin queue does not answer, or lies; nothing happens where that is part of a reset. */
  void adminFailed(String why, boolean lie) {
    begin(lifecycle.word(), why, lie);
  }

  private void begin(int seen, String why, boolean lie) {
    if (lifecycle.stopping(seen)) {
      resets++;
      violations += lie ? 1 : 0;
      cause = why;
      admin.interrupt(why);
      add(() -> reset(why, lie));
    }
  }

  /** Looks at the status register; false where the controller is dead, which is acted upon. */
  boolean checkAlive(int seen) {
    String why;
    try {
      int status = transport.readInt(Registers.CSTS);
      if (status != Registers.ALL_ONES && (status & Registers.CSTS_CFS) == 0) {
        return true;
      }
      why =
          status == Registers.ALL_ONES
              ? "its registers read as all ones: it was removed or has lost power"
              : "it reports a fatal error (CSTS.CFS)";
    } catch (NvmeException e) {
      why = e.getMessage();
    }
    reset(seen, why);
    return false;
  }

  /** Asks for a queue to be made on the device, in a generation; its owner has ended what was. */
  void reopen(QueueGuard guard, int generation) {
    add(() -> open(guard, generation));
  }

  private void open(QueueGuard guard, int generation) {
    int word = lifecycle.word();
    if (Lifecycle.generation(word) == generation && Lifecycle.phase(word) == Lifecycle.RUNNING) {
      try {
        device.reopen(guard, generation);
      } catch (NvmeException e) {
        // It had the same queue before. Once more may help, but not for ever.
        begin(word, e.getMessage(), true);
      }
    }
  }

  private void reset(String why, boolean lie) {
    exclusive.lock();
    try {
      device.stopDevice();
      if (lie && !trusted()) {
        fail(why + ", again within a minute: it is faulty");
      } else {
        restart();
      }
    } catch (NvmeException e) {
      fail(why + "; then " + e.getMessage());
    } finally {
      device.wake();
      exclusive.unlock();
    }
  }

  private void fail(String why) {
    lifecycle.failed(why);
    admin.interrupt(why);
  }

  /** Whether the controller has not lied for some time. */
  private boolean trusted() {
    long now = System.nanoTime();
    boolean first = !lied || now - lastLie > LIE_NANOS;
    lied = true;
    lastLie = now;
    return first;
  }

  private void restart() throws NvmeException {
    lifecycle.stopped();
    device.wake();
    try {
      device.restart();
    } catch (NvmeException e) {
      // What a reset by register leaves behind, one of the whole function may not.
      device.restartByTransport(e);
    }
    lifecycle.running();
  }

  private void add(Runnable what) {
    lock.lock();
    try {
      if (closed) {
        lifecycle.failed("it was closed");
        return;
      }
      work.add(what);
      if (thread == null) {
        thread = Thread.ofPlatform().name(THREAD).daemon().start(this::run);
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (Runnable next = next(); next != null; next = next()) {
        next.run();
      }
    } catch (RuntimeException | Error e) {
      lifecycle.failed("the driver's own fault: " + e);
      device.wake();
      throw e;
    }
  }

  private Runnable next() {
    lock.lock();
    try {
      Runnable next = work.poll();
      if (next == null) {
        thread = null;
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing more be done; waits for what is being done, each step of which has a deadline. */
  void close() {
    Thread running;
    lock.lock();
    try {
      closed = true;
      running = thread;
    } finally {
      lock.unlock();
    }
    if (running != null) {
      join(running);
    }
  }

  private static void join(Thread running) {
    boolean interrupted = false;
    while (running.isAlive()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
