// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Resets under load: {@code -Dannulus.nvme.resets=N}, 1,000 by default. Each thread has a queue
 * pair and its own blocks; each of its operations ends exactly once, and a block always holds what
 * was last written there or what a write that a reset cut off was to put there.
 */
@Timeout(7_200)
class ResetLoadTest {
  private static final int RESETS = Integer.getInteger("annulus.nvme.resets", 1_000);
  private static final int THREADS = 2;
  private static final int BLOCKS = 1024;
  private static final int ENTRIES = 64;

  private volatile boolean stop;
  private final AtomicLong progress = new AtomicLong();

  @Test
  void everyOperationEndsOnceThroughResets() throws Exception {
    Trouble trouble = new Trouble();
    // Some are in flight in every reset, but never so many that nothing moves.
    AtomicLong commands = new AtomicLong();
    trouble.held =
        command -> {
          long count = commands.incrementAndGet();
          return count % 50 == 0 && count < 50 * ENTRIES / 2 ? Faults.FOREVER : 0;
        };
    ModelBuilder builder =
        ModelController.builder()
            .namespace(Backing.memory(THREADS * BLOCKS * 512L), 512)
            .faults(trouble);
    long[] sums = new long[3];
    long began = System.nanoTime();
    try (ModelController model = builder.threaded(true).build();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<long[]>> loads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        loads.add(threads.submit(load(controller, i)));
      }
      try {
        for (int i = 0; i < RESETS; i++) {
          // Under load: some operation more has ended since the last reset.
          long before = progress.get();
          Trouble.until("an operation", () -> progress.get() != before || failed(loads), () -> {});
          controller.reset();
          commands.set(0);
        }
      } finally {
        stop = true;
        trouble.held = command -> 0;
      }
      controller.reset(); // ends what is still held back
      for (Future<long[]> each : loads) {
        long[] counts = each.get();
        for (int i = 0; i < sums.length; i++) {
          sums[i] += counts[i];
        }
      }
      assertEquals(RESETS + 1, controller.recoveries().resets());
      assertTrue(!controller.recoveries().failed());
    }
    assertEquals(sums[0], sums[1], "submitted and ended");
    assertTrue(sums[2] > 0, "no operation was in flight in any reset");
    System.out.printf(
        "resets under load: %,d; operations: %,d, each ended once, %,d of them cut off; %,d ms%n",
        RESETS, sums[1], sums[2], (System.nanoTime() - began) / 1_000_000);
  }

  private static boolean failed(List<Future<long[]>> loads) {
    for (Future<long[]> each : loads) {
      if (each.isDone()) {
        return true;
      }
    }
    return false;
  }

  private Callable<long[]> load(Controller controller, int index) {
    return () -> {
      try (QueuePair queue = controller.openQueuePair(ENTRIES)) {
        DmaBuffer buffer = controller.dma().allocate(ENTRIES * 4096L, 4096);
        return new BlockLoad(
                queue, buffer, (long) index * BLOCKS, BLOCKS, new SplittableRandom(index), true)
            .run(() -> stop, progress);
      }
    };
  }
}
