// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Operations whose data is verified: {@code -Dannulus.nvme.ops=N}, 10^7 by default. Each thread has
 * a queue pair; completions come in any order; what is read must be what was last written.
 */
@Timeout(7_200)
class VerifiedLoadTest {
  private static final long OPERATIONS = Long.getLong("annulus.nvme.ops", 10_000_000);
  private static final int THREADS = 2;
  private static final int BLOCKS = 4096;
  private static final int ENTRIES = 128;

  private final AtomicLong progress = new AtomicLong();

  @Test
  void whatIsReadIsWhatWasWritten() throws Exception {
    long seed = Long.getLong("annulus.seed", System.nanoTime());
    Trouble outOfOrder = new Trouble();
    SplittableRandom order = new SplittableRandom(seed);
    ToIntFunction<ModelCommand> sometimes = command -> order.nextInt(64) == 0 ? 3 : 0;
    outOfOrder.held = sometimes;
    ModelBuilder builder =
        ModelController.builder()
            .namespace(Backing.memory(THREADS * BLOCKS * 512L), 512)
            .faults(outOfOrder);
    long ended = 0;
    long began = System.nanoTime();
    try (ModelController model = builder.threaded(true).build();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<long[]>> loads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        long first = (long) i * BLOCKS;
        SplittableRandom random = new SplittableRandom(seed + i);
        loads.add(threads.submit(() -> load(controller, first, random)));
      }
      for (Future<long[]> each : loads) {
        long[] counts = each.get();
        assertEquals(counts[0], counts[1], "submitted and ended, seed " + seed);
        ended += counts[1];
      }
      RecoveryCounters recoveries = controller.recoveries();
      assertEquals(new RecoveryCounters(0, 0, 0, false, ""), recoveries, "seed " + seed);
    }
    assertTrue(ended >= OPERATIONS);
    System.out.printf(
        "verified operations: %,d in %,d ms; seed %d%n",
        ended, (System.nanoTime() - began) / 1_000_000, seed);
  }

  /** A tenth as many of all commands, on plain blocks and on protected ones. */
  @Test
  void soItIsWithAllCommands() throws Exception {
    long seed = Long.getLong("annulus.seed", System.nanoTime());
    Trouble outOfOrder = new Trouble();
    SplittableRandom order = new SplittableRandom(seed);
    outOfOrder.held = command -> order.nextInt(16) == 0 ? 3 : 0;
    ModelBuilder builder =
        ModelController.builder()
            .namespace(Backing.memory(BLOCKS * 512L), 512)
            .namespace(Backing.memory(BLOCKS * 520L), 512, new BlockMetadata(8, true, 1, false))
            .faults(outOfOrder);
    long ended = 0;
    long began = System.nanoTime();
    try (ModelController model = builder.threaded(true).build();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Long>> loads = new ArrayList<>();
      for (int nsid = 1; nsid <= 2; nsid++) {
        int on = nsid;
        SplittableRandom random = new SplittableRandom(seed + nsid);
        loads.add(threads.submit(() -> loadOfAll(controller, on, random)));
      }
      for (Future<Long> each : loads) {
        ended += each.get();
      }
      RecoveryCounters recoveries = controller.recoveries();
      assertEquals(new RecoveryCounters(0, 0, 0, false, ""), recoveries, "seed " + seed);
    }
    assertTrue(ended >= OPERATIONS / 10);
    System.out.printf(
        "verified operations of all commands: %,d in %,d ms; seed %d%n",
        ended, (System.nanoTime() - began) / 1_000_000, seed);
  }

  private long loadOfAll(Controller controller, int nsid, SplittableRandom random)
      throws NvmeException {
    try (QueuePair queue = controller.openQueuePair(ENTRIES)) {
      Protection protection = nsid == 1 ? null : Protection.BY_CONTROLLER;
      return new NvmLoad(queue, nsid, protection, controller.dma(), 0, BLOCKS, random)
          .run(() -> progress.get() >= OPERATIONS / 10, progress);
    }
  }

  private long[] load(Controller controller, long first, SplittableRandom random)
      throws NvmeException {
    try (QueuePair queue = controller.openQueuePair(ENTRIES)) {
      DmaBuffer buffer = controller.dma().allocate(ENTRIES * 4096L, 4096);
      return new BlockLoad(queue, buffer, first, BLOCKS, random, false)
          .run(() -> progress.get() >= OPERATIONS, progress);
    }
  }
}
