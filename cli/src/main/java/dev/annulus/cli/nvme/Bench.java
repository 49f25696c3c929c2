// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.nvme.CompletionHandler;
import dev.annulus.nvme.DmaBuffer;
import dev.annulus.nvme.DmaMemory;
import dev.annulus.nvme.Namespace;
import dev.annulus.nvme.NvmCommands;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.NvmeStatus;
import dev.annulus.nvme.QueueCounters;
import dev.annulus.nvme.QueuePair;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** Runs a load on one thread with one queue pair, and measures it. */
final class Bench {
  private static final long HIGHEST = 3_600_000_000_000L;
  private static final int DIGITS = 3;

  private final QueuePair queue;
  private final NvmCommands commands;
  private final Namespace namespace;
  private final BenchPlan plan;
  private final DmaBuffer memory;
  private final Histogram latencies = new Histogram(HIGHEST, DIGITS);
  private final long[] begun;
  private final int[] free;
  private final SplittableRandom random = new SplittableRandom();
  private final CompletionHandler handler;
  private int freeCount;
  private long next;
  private int failed;
  private long busyNanos;

  private Bench(QueuePair queue, Namespace namespace, BenchPlan plan, DmaBuffer memory) {
    this.queue = queue;
    commands = PlainCommands.of(queue, namespace);
    this.namespace = namespace;
    this.plan = plan;
    this.memory = memory;
    begun = new long[plan.depth()];
    free = new int[plan.depth()];
    for (int slot = 0; slot < free.length; slot++) {
      free[freeCount++] = slot;
    }
    handler = (slot, status, result) -> completed((int) slot, status);
  }

  /** Runs it to its end. */
  static BenchResult run(Device device, Namespace namespace, BenchPlan plan) throws NvmeException {
    DmaMemory dma = device.controller().dma();
    long bytes = (long) plan.blocks() * namespace.blockSize();
    try (QueuePair queue = device.controller().openQueuePair(entries(plan))) {
      DmaBuffer memory = dma.allocate(bytes * plan.depth(), 4096);
      try {
        return new Bench(queue, namespace, plan, memory).measure();
      } finally {
        dma.free(memory);
      }
    }
  }

  /** One entry of a queue stays free. */
  private static int entries(BenchPlan plan) {
    return Math.max(2, plan.depth() + 1);
  }

  private BenchResult measure() throws NvmeException {
    fill();
    QueueCounters before = queue.counters();
    long start = System.nanoTime();
    long end = start + plan.nanos();
    long now = start;
    while (failed == 0 && now - end < 0) {
      int handled = turn();
      long after = System.nanoTime();
      if (handled > 0) {
        busyNanos += after - now;
      } else {
        Thread.onSpinWait();
      }
      now = after;
    }
    while (queue.inFlight() > 0) {
      queue.poll(handler, plan.depth());
    }
    if (failed != 0) {
      String verb = plan.write() ? "write" : "read";
      String of = Integer.toUnsignedString(namespace.nsid());
      throw IoRemedy.failure(
          "a %s of %d blocks of namespace %s".formatted(verb, plan.blocks(), of), failed);
    }
    QueueCounters after = queue.counters();
    long doorbells = writes(after) - writes(before);
    long bytes = (long) plan.blocks() * namespace.blockSize();
    return new BenchResult(latencies, System.nanoTime() - start, bytes, doorbells, busyNanos);
  }

  private static long writes(QueueCounters counters) {
    return counters.submissionDoorbells() + counters.completionDoorbells();
  }

  /** What is written is not all zeroes, which some devices do not store. */
  private void fill() {
    for (long at = 0; at < memory.memory().byteSize(); at += Long.BYTES) {
      memory.memory().set(ValueLayout.JAVA_LONG, at, random.nextLong());
    }
  }

  private int turn() throws NvmeException {
    while (freeCount > 0 && submit(free[freeCount - 1])) {
      freeCount--;
    }
    queue.ring();
    return queue.poll(handler, plan.depth());
  }

  private boolean submit(int slot) {
    long place = plan.random() ? random.nextLong(plan.places()) : next;
    long lba = plan.first() + place * plan.blocks();
    long iova = memory.iova() + (long) slot * plan.blocks() * namespace.blockSize();
    begun[slot] = System.nanoTime();
    boolean accepted =
        plan.write()
            ? commands.write(lba, plan.blocks(), iova, slot)
            : commands.read(lba, plan.blocks(), iova, slot);
    if (accepted) {
      next = next + 1 == plan.places() ? 0 : next + 1;
    }
    return accepted;
  }

  private void completed(int slot, int status) {
    latencies.recordValue(Math.min(System.nanoTime() - begun[slot], HIGHEST));
    free[freeCount++] = slot;
    if (status != NvmeStatus.SUCCESS && failed == 0) {
      failed = status;
    }
  }
}
