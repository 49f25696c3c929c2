// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An NVMe controller in software, and the transport to it: registers, doorbells, queues in memory,
 * namespaces over a {@link Backing}. What it does is what the NVM Express Base Specification 2.0
 * and the NVM Command Set Specification 1.0 say of a controller of version 1.4; it is reached like
 * a device, and reaches only memory that was allocated or mapped for it.
 *
 * <p>It has two modes. <i>Inline</i>: a doorbell write executes the commands before it returns, on
 * the calling thread. <i>Threaded</i>: a thread of its own executes them; it sleeps when there is
 * nothing to do. Either may be rung from several threads, each for its own queues.
 *
 * <p>It has: the admin commands Identify, Create and Delete of queues, Get and Set Features, Get
 * Log Page (errors, SMART, firmware slots), Abort, Asynchronous Event Request; the I/O commands
 * Read, Write, Compare, fused Compare and Write, Flush, Write Zeroes, Write Uncorrectable, Verify,
 * Copy, Dataset Management; metadata and protection information. SGLs are a matter of
 * configuration, as are shadow doorbells. It has not: namespace management.
 */
public final class ModelController implements Transport {
  /** Commands of one queue before the next is looked at. */
  private static final int BURST = 8;

  private final ModelConfig config;

  /**
   * Held while a command executes, a register changes, or memory is unmapped; fair, so that those
   * do not starve behind a busy device.
   */
  private final ReentrantLock lock = new ReentrantLock(true);

  private final ModelDma dma = new ModelDma(lock);
  private final ModelInterrupts interrupts;
  private final ModelEngine engine;
  private final ModelRegisters registers;

  /** Null in inline mode. */
  private final ModelThread thread;

  private boolean closed;

  ModelController(ModelConfig config) {
    this.config = config;
    interrupts = new ModelInterrupts(config.vectors(), config.faults());
    engine = new ModelEngine(config, dma, interrupts);
    registers = new ModelRegisters(config, engine, interrupts);
    thread = config.threaded() ? new ModelThread(this) : null;
  }

  /** Starts the thread, once the object is whole. */
  ModelController started() {
    if (thread != null) {
      thread.start();
    }
    return this;
  }

  /**
   * Describes a controller to be made.
   *
   * @return a builder with the defaults
   */
  public static ModelBuilder builder() {
    return new ModelBuilder();
  }

  @Override
  public int readInt(int register) {
    return registers.readInt(register);
  }

  @Override
  public long readLong(int register) {
    return registers.readLong(register);
  }

  @Override
  public void writeInt(int register, int value) {
    if (register >= Registers.DOORBELLS) {
      doorbell(register, value);
      return;
    }
    lock.lock();
    try {
      registers.writeInt(register, value);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void writeLong(int register, long value) {
    lock.lock();
    try {
      registers.writeLong(register, value);
    } finally {
      lock.unlock();
    }
  }

  private void doorbell(int register, int value) {
    int number = (register - Registers.DOORBELLS) / (4 << config.doorbellStride());
    if ((number & 1) == 0) {
      submissionDoorbell(number / 2, value);
    } else {
      completionDoorbell(number / 2, value);
    }
  }

  @Override
  public void submissionDoorbell(int queue, int tail) {
    if (thread == null) {
      lock.lock();
      try {
        ringSubmission(queue, tail);
      } finally {
        lock.unlock();
      }
    } else if (ringSubmission(queue, tail)) {
      thread.submitted();
    }
  }

  /** Whether there is such a queue, and what is submitted there was not executed here. */
  private boolean ringSubmission(int queue, int tail) {
    // Threaded, this reads the table of queues without the lock: a queue that the driver knows of
    // is
    // there, since its creation was completed before.
    ModelSq sq = engine.queues().submission(queue);
    if (sq == null || !registers.ready() || !sq.ring(tail)) {
      badDoorbell(sq == null);
      return false;
    }
    if (thread == null) {
      runInline(sq);
    }
    return true;
  }

  /** Until nothing is left, or the completion queue is full: then somebody has to ring. */
  private void runInline(ModelSq sq) {
    engine.run(sq, Integer.MAX_VALUE);
    sq.listen();
    sq.cq.listen();
  }

  @Override
  public void completionDoorbell(int queue, int head) {
    if (thread == null) {
      lock.lock();
      try {
        ringCompletion(queue, head);
      } finally {
        lock.unlock();
      }
    } else if (ringCompletion(queue, head)) {
      thread.consumed();
    }
  }

  private boolean ringCompletion(int queue, int head) {
    ModelQueues queues = engine.queues();
    ModelCq cq = queues.completion(queue);
    if (cq == null || !registers.ready() || !cq.ring(head)) {
      badDoorbell(cq == null);
      return false;
    }
    if (thread == null && cq.users > 0) {
      runStalled(cq);
    }
    return true;
  }

  /** Goes on with queues that waited for room. */
  private void runStalled(ModelCq cq) {
    ModelQueues queues = engine.queues();
    for (int id = 0; id < queues.limit(); id++) {
      ModelSq sq = queues.submission(id);
      if (sq != null && sq.cq == cq && sq.waiting()) {
        runInline(sq);
      }
    }
  }

  private void badDoorbell(boolean noQueue) {
    lock.lock();
    try {
      if (registers.ready()) {
        engine.badDoorbell(
            noQueue ? ModelEvents.INVALID_DOORBELL_REGISTER : ModelEvents.INVALID_DOORBELL_VALUE);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Executes a burst of each queue, the lock given up between commands; false when all is done. */
  boolean serve() {
    boolean worked = postDue();
    ModelQueues queues = engine.queues();
    for (int id = 0; id < queues.limit(); id++) {
      for (int i = 0; i < BURST && ready(queues.submission(id)); i++) {
        lock.lock();
        try {
          ModelSq sq = queues.submission(id);
          if (sq != null) {
            engine.run(sq, 1);
            worked = true;
          }
        } finally {
          lock.unlock();
        }
      }
    }
    return worked;
  }

  private boolean postDue() {
    if (!due()) {
      return false;
    }
    lock.lock();
    try {
      return engine.postDue();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a completion that takes its time is due. */
  private boolean due() {
    long earliest = engine.earliest();
    return earliest != ModelHeld.NEVER && earliest - System.nanoTime() <= 0;
  }

  /** How long nothing will be due: nanoseconds, more than 0, or 0 for ever. */
  long idleNanos() {
    long earliest = engine.earliest();
    return earliest == ModelHeld.NEVER ? 0 : Math.max(earliest - System.nanoTime(), 1);
  }

  private boolean ready(ModelSq sq) {
    return sq != null && sq.waiting() && sq.cq.hasRoom() && !engine.fatal();
  }

  /** Before the thread sleeps: hosts with shadow doorbells ring for whatever comes next. */
  void listen() {
    ModelQueues queues = engine.queues();
    for (int id = 0; id < queues.limit(); id++) {
      ModelSq sq = queues.submission(id);
      if (sq != null) {
        sq.listen();
        sq.cq.listen();
      }
    }
  }

  /** Whether there is something to execute. */
  boolean ready() {
    if (due()) {
      return true;
    }
    ModelQueues queues = engine.queues();
    for (int id = 0; id < queues.limit(); id++) {
      if (ready(queues.submission(id))) {
        return true;
      }
    }
    return false;
  }

  /** Whether commands wait for room in their completion queue. */
  boolean stalled() {
    ModelQueues queues = engine.queues();
    for (int id = 0; id < queues.limit(); id++) {
      ModelSq sq = queues.submission(id);
      if (sq != null && sq.waiting() && !sq.cq.hasRoom()) {
        return true;
      }
    }
    return false;
  }

  /** Nothing is executed any more, and CSTS says so. */
  void fail() {
    engine.fail();
  }

  /** The queues, for tests that have it post what nobody asked for; under its lock, or inline. */
  ModelQueues queues() {
    return engine.queues();
  }

  /** A namespace, for tests that have its medium fail; exclusively. */
  ModelNamespace namespace(int nsid) {
    return config.namespace(nsid);
  }

  /** Runs something while nothing is executed. */
  void exclusively(Runnable what) {
    lock.lock();
    try {
      what.run();
    } finally {
      lock.unlock();
    }
  }

  /** The thread that executes, null in inline mode. */
  ModelThread thread() {
    return thread;
  }

  @Override
  public DmaMemory dma() {
    return dma;
  }

  @Override
  public int interruptVectors() {
    return interrupts.vectors();
  }

  @Override
  public int interruptFd(int vector) throws NvmeException {
    if (vector < 0 || vector >= interrupts.vectors()) {
      throw new IllegalArgumentException(
          "vector " + vector + ": there are " + interrupts.vectors());
    }
    lock.lock();
    try {
      return interrupts.fd(vector);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void reset() {
    lock.lock();
    try {
      registers.reset();
    } finally {
      lock.unlock();
    }
  }

  /** Stops the controller, frees its memory and closes its backings, which are flushed first. */
  @Override
  public void close() {
    if (thread != null) {
      thread.stop();
    }
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      registers.reset();
      engine.close();
      interrupts.close();
      dma.close();
    } finally {
      lock.unlock();
    }
    for (ModelNamespace each : config.namespaces()) {
      closeBacking(each.backing());
    }
  }

  private static void closeBacking(Backing backing) {
    try (backing) {
      backing.flush();
    } catch (IOException e) {
      // As with a device that loses power: what was not flushed before may be lost.
      return;
    }
  }
}
