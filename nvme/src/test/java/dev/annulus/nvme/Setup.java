// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.concurrent.TimeUnit;

/** A started controller with one queue pair and a buffer, for tests. */
final class Setup implements AutoCloseable {
  static final int BUFFER = 1 << 20;
  static final int BLOCK = 512;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  final ModelController model;
  final Controller controller;
  final QueuePair queue;
  final DmaBuffer buffer;
  final Outcomes outcomes = new Outcomes();

  Setup(ModelBuilder builder) throws NvmeException {
    this(builder, ControllerOptions.DEFAULT, 64);
  }

  Setup(ModelBuilder builder, ControllerOptions options, int entries) throws NvmeException {
    model = builder.build();
    controller = Controller.start(model, options);
    queue = controller.openQueuePair(entries);
    buffer = controller.dma().allocate(BUFFER, 4096);
  }

  /** Rings, and polls until nothing is in flight. */
  void finish() throws NvmeException {
    finish(queue, outcomes);
  }

  static void finish(QueuePair queue, CompletionHandler handler) throws NvmeException {
    queue.ring();
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (queue.inFlight() > 0) {
      if (queue.poll(handler, Integer.MAX_VALUE) == 0) {
        if (System.nanoTime() - end > 0) {
          throw new AssertionError(queue.inFlight() + " commands did not complete");
        }
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public void close() throws NvmeException {
    try (model;
        controller;
        queue) {
      controller.dma().free(buffer);
    }
  }
}
