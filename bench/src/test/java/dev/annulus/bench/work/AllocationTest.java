// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.nvme.Backing;
import dev.annulus.nvme.CompletionHandler;
import dev.annulus.nvme.Controller;
import dev.annulus.nvme.ControllerOptions;
import dev.annulus.nvme.DmaBuffer;
import dev.annulus.nvme.ModelController;
import dev.annulus.nvme.QueuePair;
import dev.annulus.uring.Batch;
import dev.annulus.uring.Ring;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.Rings;
import dev.annulus.uring.op.Nop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations allocate nothing on the heap, once the compiler has seen them. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class AllocationTest {
  private static final int ROUNDS = 400;
  private static final int TIMES = 2_000;

  private int completed;

  @FunctionalInterface
  private interface Work {
    void run() throws Exception;
  }

  /**
   * The least that this thread allocated in one of many rounds: what is allocated for each
   * operation is so in each of them.
   */
  private static long least(Work work) throws Exception {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && least > 0; round++) {
      long before = Allocation.ofThisThread();
      for (int i = 0; i < TIMES; i++) {
        work.run();
      }
      least = Math.min(least, Allocation.ofThisThread() - before);
    }
    return least;
  }

  private static Ring ring() throws Exception {
    return Rings.open(RingOptions.DEFAULT.withPolicy(RingOptions.Policy.REQUIRE));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 32})
  void kernelRing(int batch) throws Exception {
    dev.annulus.ring.CompletionHandler handler = (tag, result, flags) -> completed++;
    try (Ring ring = ring()) {
      assertEquals(
          0,
          least(() -> {
            for (int i = 0; i < batch; i++) {
              Nop.prep(ring.entries(), ring.claim(), i);
            }
            ring.await(batch, 0);
            ring.reap(handler, batch);
          }));
    }
    assertTrue(completed >= TIMES * batch);
  }

  @Test
  void batch() throws Exception {
    Nop nop = new Nop();
    try (Ring ring = ring()) {
      Batch batch = new Batch(ring, 8);
      assertEquals(
          0,
          least(() -> {
            batch.clear();
            for (int i = 0; i < 8; i++) {
              batch.add(nop);
            }
            batch.run(0);
            completed += batch.result(7) + 1;
          }));
    }
    assertTrue(completed >= TIMES);
  }

  @Test
  void nvme() throws Exception {
    CompletionHandler handler = (token, status, result) -> completed++;
    try (ModelController model =
            ModelController.builder().namespace(Backing.memory(1 << 20), 512).build();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT);
        QueuePair queue = controller.openQueuePair(64)) {
      DmaBuffer buffer = controller.dma().allocate(1 << 16, 4096);
      assertEquals(
          0,
          least(() -> {
            for (int i = 0; i < 8; i++) {
              queue.read(1, i, 8, buffer.iova() + 4096L * i, i);
            }
            queue.ring();
            queue.poll(handler, 8);
          }));
      controller.dma().free(buffer);
    }
    assertTrue(completed >= TIMES * 8);
  }

  /** What the search is for. */
  @Test
  void anAllocationIsSeen() throws Exception {
    Object[] kept = new Object[1];
    assertTrue(least(() -> kept[0] = new long[1]) >= TIMES * 16L);
  }
}
