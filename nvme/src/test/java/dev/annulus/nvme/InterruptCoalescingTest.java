// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.nvme.CompletionWaiter.Strategy;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InterruptCoalescingTest {
  private static final int BATCH = 60;
  private static final int LONGEST_MICROS = 25_500;

  private final Trouble trouble = new Trouble();
  private final Outcomes outcomes = new Outcomes();

  private Setup setup() throws NvmeException {
    ModelBuilder model =
        ModelController.builder()
            .namespace(Backing.memory(1 << 20), Setup.BLOCK)
            .faults(trouble)
            .threaded(true);
    return new Setup(model, ControllerOptions.DEFAULT.withInterrupts(true), 64);
  }

  /** How many interrupts a batch of commands has raised. */
  private int batch(Setup setup, CompletionWaiter waiter) throws NvmeException {
    int before = trouble.interrupts.get();
    outcomes.clear();
    for (int i = 0; i < BATCH; i++) {
      assertTrue(setup.queue.flush(1, i));
    }
    int done = 0;
    while (done < BATCH) {
      done += waiter.await(outcomes, BATCH - done, 0);
    }
    return trouble.interrupts.get() - before;
  }

  @Test
  void manyCompletionsRaiseFewInterruptsAlsoAfterAReset() throws Exception {
    try (Setup setup = setup();
        CompletionWaiter waiter = CompletionWaiter.of(setup.queue, Strategy.INTERRUPT)) {
      assertTrue(batch(setup, waiter) > BATCH / 2, "one each, but for those that are masked");
      setup.controller.coalesceInterrupts(20, LONGEST_MICROS);
      int coalesced = batch(setup, waiter);
      assertTrue(coalesced <= BATCH / 4, coalesced + " interrupts");
      setup.controller.reset();
      Trouble.until("the queue", () -> setup.queue.flush(1, 1000), setup.queue::ring);
      assertEquals(1, waiter.await(outcomes, 1, 0));
      coalesced = batch(setup, waiter);
      assertTrue(coalesced <= BATCH / 4, coalesced + " interrupts");
      setup.controller.coalesceInterrupts(1, 0);
      assertTrue(batch(setup, waiter) > BATCH / 2);
    }
  }

  @Test
  void aLoneCompletionIsToldAfterTheTime() throws Exception {
    try (Setup setup = setup();
        CompletionWaiter waiter = CompletionWaiter.of(setup.queue, Strategy.INTERRUPT)) {
      setup.controller.coalesceInterrupts(256, LONGEST_MICROS);
      int before = trouble.interrupts.get();
      for (int i = 0; i < 10; i++) {
        assertTrue(setup.queue.flush(1, i));
        long began = System.nanoTime();
        assertEquals(1, waiter.await(outcomes, 1, 0));
        // A sweep, which would find it too, comes after half a second.
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        assertTrue(millis < 400, millis + " ms");
      }
      // Each may have been found by the look before the sleep; the last one's is still due.
      Trouble.until(
          "the interrupt", () -> trouble.interrupts.get() > before, () -> Thread.sleep(1));
    }
  }

  @Test
  void valuesThatCannotBe() throws Exception {
    assertEquals(0x0313, Feature.coalescing(20, 201));
    assertEquals(0xFFFF, Feature.coalescing(256, LONGEST_MICROS));
    assertEquals(20, Feature.coalescingCompletions(0x0313));
    assertEquals(300, Feature.coalescingMicros(0x0313));
    assertThrows(IllegalArgumentException.class, () -> Feature.coalescing(0, 0));
    assertThrows(IllegalArgumentException.class, () -> Feature.coalescing(257, 0));
    assertThrows(IllegalArgumentException.class, () -> Feature.coalescing(1, -1));
    assertThrows(IllegalArgumentException.class, () -> Feature.coalescing(1, 25_501));
  }
}
