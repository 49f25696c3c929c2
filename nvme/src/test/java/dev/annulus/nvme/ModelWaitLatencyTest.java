// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.nvme.CompletionWaiter.Strategy;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each command takes some time, so that waits sleep. */
class ModelWaitLatencyTest extends WaitContract {
  private static ModelController model(long nanos) {
    return ModelController.builder()
        .namespace(Backing.memory(8 * Setup.BLOCK), Setup.BLOCK)
        .threaded(true)
        .latency(nanos)
        .build();
  }

  @Override
  Transport open() {
    return model(TimeUnit.MICROSECONDS.toNanos(200));
  }

  @Test
  void aSlowDeviceIsNotPolled() throws Exception {
    long latency = TimeUnit.MILLISECONDS.toNanos(10);
    int waits = 40;
    Outcomes outcomes = new Outcomes();
    try (ModelController model = model(latency);
        Controller controller =
            Controller.start(model, ControllerOptions.DEFAULT.withInterrupts(true));
        QueuePair queue = controller.openQueuePair(8);
        CompletionWaiter waiter = CompletionWaiter.of(queue, Strategy.HYBRID)) {
      DmaBuffer buffer = controller.dma().allocate(4096, 4096);
      long used = 0;
      for (int i = 0; i < waits; i++) {
        assertTrue(queue.read(1, 0, 1, buffer.iova(), i));
        long cpu = ProcessorTime.current();
        waiter.await(outcomes, 1, 0);
        // The first waits are also the compiler's, and find out how long completions take.
        used += i < waits / 4 ? 0 : ProcessorTime.current() - cpu;
        outcomes.assertOk(i);
      }
      long slept = (waits - waits / 4) * latency;
      assertTrue(used < slept / 10, used + " ns of processor time in " + slept);
    }
  }
}
