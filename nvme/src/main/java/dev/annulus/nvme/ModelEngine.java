// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** Fetches commands, executes them, posts completions. Under the model's lock. */
final class ModelEngine {
  private final Faults faults;
  private final long latencyNanos;
  private final ModelDma dma;
  private final ModelInterrupts interrupts;
  private final ModelTransfer transfer;
  private final ModelHeld held;
  private final ModelEvents events = new ModelEvents();
  private final ModelLogs logs = new ModelLogs();
  private final ModelFeatures features;
  private final ModelQueues queues;
  private final ModelAdmin admin;
  private final ModelIo io;
  private final ModelFused fused;
  private final ModelCommand command = new ModelCommand();

  /** CSTS.CFS; volatile for those who read the register without the lock. */
  private volatile boolean fatal;

  ModelEngine(ModelConfig config, ModelDma dma, ModelInterrupts interrupts) {
    this.dma = dma;
    this.interrupts = interrupts;
    faults = config.faults();
    latencyNanos = config.latencyNanos();
    held = new ModelHeld(interrupts);
    features = new ModelFeatures(config.ioQueues());
    if (config.threaded()) {
      interrupts.coalesceBy(features::coalescing);
    }
    queues = new ModelQueues(config, dma, features, held);
    transfer = new ModelTransfer(dma, config);
    admin = new ModelAdmin(config, transfer, queues, features, events, logs, held);
    io = new ModelIo(config, transfer, features, logs);
    fused = new ModelFused(io, faults);
  }

  ModelQueues queues() {
    return queues;
  }

  boolean fatal() {
    return fatal;
  }

  /** CC.EN became 1; where the admin queues are not as they must be, that is fatal. */
  boolean start(int aqa, long asq, long acq, int pageShift) {
    transfer.pageShift(pageShift);
    fatal = !queues.start(aqa, asq, acq, pageShift);
    return !fatal;
  }

  void fail() {
    fatal = true;
  }

  /** CC.EN became 0: forgets everything but the namespaces and the logs. */
  void stop() {
    queues.reset();
    held.clear();
    events.reset();
    features.reset();
    interrupts.reset();
    fatal = false;
  }

  /** CC.SHN: makes everything durable; a failure is fatal. */
  void shutDown() {
    try {
      io.shutDown();
    } catch (IOException | RuntimeException e) {
      fatal = true;
    }
  }

  /** Executes commands of a queue, at most so many, and raises what interrupts they need. */
  void run(ModelSq queue, int most) {
    try {
      for (int done = 0; done < most && queue.waiting() && queue.cq.hasRoom(); done++) {
        if (fatal || !step(queue)) {
          return;
        }
      }
      if (!held.isEmpty() && !queue.waiting()) {
        held.release(queue);
      }
    } catch (IllegalStateException | WrongThreadException | InternalError e) {
      // The host took the queue's own memory away; an InternalError is a page that is gone.
      fatal = true;
    } finally {
      interrupts.deliver();
    }
  }

  private boolean step(ModelSq queue) {
    DmaTable table = dma.table();
    if (!queue.resolve(table) || !queue.cq.resolve(table) || !queue.shadowResolved(table)) {
      fatal = true;
      return false;
    }
    queue.fetch(command);
    if (queue.id != 0) {
      return command.fuse() == 0 ? io(command) : fused(queue);
    }
    int status = faults.fail(command);
    end(command, status == NvmeStatus.SUCCESS ? admin.execute(command) : status);
    deliverEvent(queue);
    return true;
  }

  private boolean io(ModelCommand what) {
    int status = faults.fail(what);
    end(what, status == NvmeStatus.SUCCESS ? io.execute(what) : status);
    return true;
  }

  /**
   * A command that says it is the first or second of a pair. The second is fetched with the first
   * and not later: one doorbell write must have told of both.
   */
  private boolean fused(ModelSq queue) {
    if (command.fuse() != Sqe.FUSE_FIRST || !queue.more()) {
      end(command, ModelFused.alone(command));
      return true;
    }
    if (!queue.cq.hasRoom(2)) {
      queue.unfetch();
      return false;
    }
    queue.fetch(fused.second);
    if (fused.second.fuse() != Sqe.FUSE_SECOND) {
      queue.unfetch();
      end(command, ModelFused.alone(command));
      return true;
    }
    fused.execute(command);
    end(command, fused.firstStatus);
    end(fused.second, fused.secondStatus);
    return true;
  }

  private void end(ModelCommand what, int status) {
    if (status != ModelAdmin.PENDING && status != Faults.LOST) {
      complete(what, status);
    }
  }

  private void complete(ModelCommand command, int status) {
    ModelSq queue = command.queue;
    if (status != NvmeStatus.SUCCESS) {
      logs.error(command, status);
    }
    long delay = latencyNanos + faults.delayNanos(command);
    if (delay > 0 && queue.id != 0) {
      held.delay(command, status, System.nanoTime() + delay);
      return;
    }
    int later = faults.hold(command);
    if (later > 0) {
      held.hold(command, status, later);
      return;
    }
    queue.cq.post(queue, command.id, status, command.result);
    interrupts.raise(queue.cq.vector);
    if (!held.isEmpty()) {
      held.posted(queue);
    }
  }

  /** When the next completion or interrupt is due that takes its time, or NEVER of ModelHeld. */
  long earliest() {
    long completion = held.earliest();
    long interrupt = interrupts.due();
    if (completion == ModelHeld.NEVER || interrupt == ModelHeld.NEVER) {
      return completion == ModelHeld.NEVER ? interrupt : completion;
    }
    return completion - interrupt < 0 ? completion : interrupt;
  }

  /** Posts what is due; answers whether there was any. */
  boolean postDue() {
    boolean any = held.postDue(System.nanoTime());
    interrupts.deliver();
    return any;
  }

  private void deliverEvent(ModelSq adminQueue) {
    if (events.deliver(adminQueue)) {
      interrupts.raise(adminQueue.cq.vector);
    }
  }

  /** A doorbell was written that does not exist, or with a value that cannot be. */
  void badDoorbell(int information) {
    ModelSq adminQueue = queues.submission(0);
    if (adminQueue == null) {
      return;
    }
    events.error(information);
    deliverEvent(adminQueue);
    interrupts.deliver();
  }

  void close() {
    transfer.close();
  }
}
