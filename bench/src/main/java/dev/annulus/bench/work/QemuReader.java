// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.nvme.CompletionHandler;
import dev.annulus.nvme.Controller;
import dev.annulus.nvme.ControllerOptions;
import dev.annulus.nvme.DmaBuffer;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.QemuOptions;
import dev.annulus.nvme.QemuTransport;
import dev.annulus.nvme.QueueCounters;
import dev.annulus.nvme.QueuePair;

/**
 * Random reads by our NVMe driver from QEMU's controller, always so many in flight: each that
 * completes is started anew at once.
 */
final class QemuReader implements Worker, CompletionHandler {
  private static final int ROUNDS_A_CLOCK = 8;
  private static final int NAMESPACE = 1;
  private static final int SECTORS = ReadFile.BLOCK / 512;

  private final int depth;
  private final QueuePair queue;
  private final DmaBuffer buffer;
  private final int[] blocks;
  private int number = 1;
  private long count;
  private boolean draining;

  private QemuReader(int depth, boolean shadow, Arguments arguments) throws NvmeException {
    this.depth = depth;
    blocks = new int[depth];
    String cpu = arguments.word();
    QemuOptions options =
        QemuOptions.of(
                "-blockdev",
                "driver=file,node-name=disk,aio=io_uring,read-only=on,filename=" + arguments.path(),
                "-device",
                // Then a doorbell of an I/O queue costs QEMU less, where they are in memory.
                "nvme,serial=ANNULUS,drive=disk,ioeventfd=on")
            .withCommand("taskset", "-c", cpu, "qemu-system-x86_64");
    // Never closed: QEMU ends with this process.
    QemuTransport transport = QemuTransport.start(options);
    Controller controller =
        Controller.start(transport, ControllerOptions.DEFAULT.withShadowDoorbells(shadow));
    if (controller.usesShadowDoorbells() != shadow) {
      throw new IllegalStateException("this QEMU has no shadow doorbells: 7.2 and later do");
    }
    queue = controller.openQueuePair(2 * depth);
    buffer = controller.dma().allocate((long) depth * ReadFile.BLOCK, ReadFile.BLOCK);
  }

  static Worker open(Arguments arguments) throws NvmeException {
    return new QemuReader(arguments.number(), arguments.number() != 0, arguments);
  }

  @Override
  public Answer run(double seconds) throws NvmeException {
    count = 0;
    draining = false;
    QueueCounters before = queue.counters();
    Stopwatch watch = new Stopwatch(seconds);
    for (int slot = 0; slot < depth; slot++) {
      start(slot);
    }
    do {
      for (int i = 0; i < ROUNDS_A_CLOCK; i++) {
        turn();
      }
    } while (watch.running());
    Answer answer = watch.stop(count);
    QueueCounters after = queue.counters();
    draining = true;
    while (queue.inFlight() > 0) {
      turn();
    }
    long doorbells =
        after.submissionDoorbells()
            - before.submissionDoorbells()
            + after.completionDoorbells()
            - before.completionDoorbells();
    return answer.with(Counter.DOORBELLS.key(), doorbells);
  }

  private void turn() throws NvmeException {
    queue.ring();
    if (queue.poll(this, depth) == 0) {
      Thread.onSpinWait();
    }
  }

  private void start(int slot) {
    number = ReadFile.next(number);
    blocks[slot] = ReadFile.blockOf(number);
    long lba = (long) blocks[slot] * SECTORS;
    long at = buffer.iova() + (long) slot * ReadFile.BLOCK;
    if (!queue.read(NAMESPACE, lba, SECTORS, at, slot)) {
      throw new IllegalStateException("the queue is full");
    }
  }

  @Override
  public void completed(long slot, int status, long result) {
    int length = status == 0 ? ReadFile.BLOCK : -status;
    ReadFile.check(buffer.memory(), (int) slot, blocks[(int) slot], length);
    count++;
    if (!draining) {
      start((int) slot);
    }
  }
}
