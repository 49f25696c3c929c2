// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.nvme.Backing;
import dev.annulus.nvme.CompletionHandler;
import dev.annulus.nvme.Controller;
import dev.annulus.nvme.ControllerOptions;
import dev.annulus.nvme.DmaBuffer;
import dev.annulus.nvme.ModelController;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.QueueCounters;
import dev.annulus.nvme.QueuePair;
import dev.annulus.nvme.Transport;

/** Reads by our driver from a controller in software that completes at once, on this thread. */
final class NvmeDriver implements Worker, CompletionHandler {
  private static final int ROUNDS_A_CLOCK = 64;
  private static final int NAMESPACE = 1;
  private static final int BLOCK = 512;
  private static final long BLOCKS = 1 << 20;

  private final int batch;
  private final QueuePair queue;
  private final DmaBuffer buffer;
  private long tag;
  private long sum;

  private NvmeDriver(int batch, Transport transport) throws NvmeException {
    this.batch = batch;
    // Never closed: all of it ends with the process.
    Controller controller = Controller.start(transport, ControllerOptions.DEFAULT);
    queue = controller.openQueuePair(2 * batch);
    buffer = controller.dma().allocate(BLOCK, 4096);
  }

  static Worker open(Arguments arguments) throws NvmeException {
    return new NvmeDriver(
        arguments.number(),
        ModelController.builder().namespace(Backing.nothing(BLOCKS * BLOCK), BLOCK).build());
  }

  static Worker openAlone(Arguments arguments) throws NvmeException {
    int batch = arguments.number();
    return new NvmeDriver(batch, new InstantDevice(2 * batch, BLOCKS * BLOCK, BLOCK));
  }

  @Override
  public Answer run(double seconds) throws NvmeException {
    tag = 0;
    sum = 0;
    QueueCounters before = queue.counters();
    Stopwatch watch = new Stopwatch(seconds);
    do {
      for (int i = 0; i < ROUNDS_A_CLOCK; i++) {
        round();
      }
    } while (watch.running());
    Answer answer = watch.stop(tag);
    if (sum != tag * (tag - 1) / 2) {
      throw new IllegalStateException("completions differ from submissions");
    }
    QueueCounters after = queue.counters();
    long doorbells =
        after.submissionDoorbells()
            - before.submissionDoorbells()
            + after.completionDoorbells()
            - before.completionDoorbells();
    return answer.with(Counter.DOORBELLS.key(), doorbells);
  }

  private void round() throws NvmeException {
    for (int i = 0; i < batch; i++) {
      if (!queue.read(NAMESPACE, tag & (BLOCKS - 1), 1, buffer.iova(), tag)) {
        throw new IllegalStateException("the queue is full");
      }
      tag++;
    }
    queue.ring();
    int taken = queue.poll(this, batch);
    if (taken != batch) {
      throw new IllegalStateException(batch - taken + " completions are missing");
    }
  }

  @Override
  public void completed(long token, int status, long result) {
    if (status != 0) {
      throw new IllegalStateException("a read was answered with status " + status);
    }
    sum += token;
  }
}
