// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A model that takes its time. */
@Timeout(60)
class ModelLatencyTest {
  private static final long LATENCY = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int COMMANDS = 60;

  private static ModelBuilder model() {
    return ModelController.builder().namespace(Backing.memory(1 << 20), 512).threaded(true);
  }

  private static void reads(Setup setup) {
    for (int lba = 0; lba < COMMANDS; lba++) {
      assertTrue(setup.queue.read(1, lba, 1, setup.buffer.iova(), lba));
    }
  }

  @Test
  void commandsTakeTheirTimeTogether() throws Exception {
    try (Setup setup = new Setup(model().latency(LATENCY))) {
      long began = System.nanoTime();
      reads(setup);
      setup.finish();
      long took = System.nanoTime() - began;
      assertTrue(took >= LATENCY, took + " ns");
      assertTrue(took < COMMANDS * LATENCY, "one after the other: " + took + " ns");
      for (int lba = 0; lba < COMMANDS; lba++) {
        setup.outcomes.assertOk(lba);
      }
      long sleeps = setup.model.thread().sleeps();
      assertTrue(sleeps < 1000, "it spins in place of sleeping: " + sleeps);
    }
  }

  @Test
  void differentTimesCompleteOutOfOrder() throws Exception {
    Random random = new Random(7);
    Faults faults =
        new Faults() {
          @Override
          public int fail(ModelCommand command) {
            return 0;
          }

          @Override
          public int hold(ModelCommand command) {
            return 0;
          }

          @Override
          public long delayNanos(ModelCommand command) {
            return random.nextInt(5) * LATENCY / 10;
          }
        };
    try (Setup setup = new Setup(model().faults(faults))) {
      reads(setup);
      setup.finish();
      List<Long> order = setup.outcomes.order();
      assertNotEquals(LongStream.range(0, COMMANDS).boxed().toList(), order);
      assertEquals(COMMANDS, order.size());
    }
  }

  @Test
  void whatIsUnderWayIsEndedByAResetOrAnAbort() throws Exception {
    long hours = TimeUnit.HOURS.toNanos(1);
    ControllerOptions options = ControllerOptions.DEFAULT.withIoTimeoutMillis(200);
    try (Setup setup = new Setup(model().latency(hours), options, 64)) {
      reads(setup);
      setup.finish();
      for (int lba = 0; lba < COMMANDS; lba++) {
        setup.outcomes.assertStatus(StatusCode.COMMAND_ABORTED_BY_HOST, false, lba);
      }
      // A reset without an abort before it: where this thread was held up for two time-outs.
      RecoveryCounters ended = setup.controller.recoveries();
      assertTrue(ended.aborts() + ended.resets() > 0);
      setup.outcomes.clear();
      assertTrue(setup.queue.flush(1, 1));
      setup.queue.ring();
      setup.controller.reset();
      setup.finish();
      setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, 1);
    }
  }

  @Test
  void needsAThread() {
    ModelBuilder inline = model().threaded(false).latency(1);
    assertThrows(IllegalArgumentException.class, inline::build);
    assertThrows(IllegalArgumentException.class, () -> inline.latency(-1));
  }
}
