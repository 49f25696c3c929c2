// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.nvme.CompletionWaiter.Strategy;
import dev.annulus.uring.Ring;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.Rings;
import dev.annulus.uring.SetupFlag;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waits for a model in trouble, or without interrupts. */
@Timeout(60)
class CompletionWaiterTest {
  private final Trouble trouble = new Trouble();
  private final Outcomes outcomes = new Outcomes();

  private Setup setup(int timeoutMillis, boolean interrupts) throws NvmeException {
    ModelBuilder model =
        ModelController.builder()
            .namespace(Backing.memory(1 << 20), Setup.BLOCK)
            .faults(trouble)
            .threaded(true);
    ControllerOptions options =
        ControllerOptions.DEFAULT.withInterrupts(interrupts).withIoTimeoutMillis(timeoutMillis);
    return new Setup(model, options, 64);
  }

  @ParameterizedTest
  @EnumSource
  void aCommandThatTakesTooLongIsFoundAsleep(Strategy strategy) throws Exception {
    trouble.held = command -> Faults.FOREVER;
    try (Setup setup = setup(400, true);
        CompletionWaiter waiter = CompletionWaiter.of(setup.queue, strategy)) {
      long began = System.nanoTime();
      assertTrue(setup.queue.flush(1, 1));
      assertEquals(1, waiter.await(outcomes, 1, 0));
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      outcomes.assertStatus(StatusCode.COMMAND_ABORTED_BY_HOST, false, 1);
      assertTrue(millis >= 400 && millis < 5_000, millis + " ms");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLostInterruptIsMadeGoodByTheNextSweep(Strategy strategy) throws Exception {
    trouble.losesInterrupts = true;
    try (Setup setup = setup(1_000, true);
        CompletionWaiter waiter = CompletionWaiter.of(setup.queue, strategy)) {
      for (int i = 0; i < 5; i++) {
        assertTrue(setup.queue.flush(1, i));
        long began = System.nanoTime();
        assertEquals(1, waiter.await(outcomes, 1, 0));
        long took = System.nanoTime() - began;
        outcomes.assertOk(i);
        assertTrue(took < 4 * setup.queue.longestSleepNanos(), took + " ns");
      }
      assertEquals(0, setup.controller.recoveries().aborts());
    }
  }

  @Test
  void withoutInterruptsHybridPollsWhileThereIsSomethingInFlight() throws Exception {
    try (Setup setup = setup(1_000, false);
        CompletionWaiter waiter = CompletionWaiter.of(setup.queue)) {
      for (int i = 0; i < 1_000; i++) {
        assertTrue(setup.queue.flush(1, i));
        assertEquals(1, waiter.await(outcomes, 1, 0));
      }
      long nanos = TimeUnit.MILLISECONDS.toNanos(300);
      long cpu = ProcessorTime.current();
      assertEquals(0, waiter.await(outcomes, 1, nanos));
      assertTrue(ProcessorTime.current() - cpu < nanos / 20, "idle, it is to sleep");
      Thread other = Thread.ofPlatform().start(waiter::wake);
      assertEquals(0, waiter.await(outcomes, 1, 0));
      other.join();
    }
  }

  @Test
  void withoutInterruptsNoneCanBeWaitedFor() throws Exception {
    try (Setup setup = setup(1_000, false)) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> CompletionWaiter.of(setup.queue, Strategy.INTERRUPT));
      assertTrue(e.getMessage().contains("withInterrupts(true)"), e.getMessage());
    }
  }

  /** Rather than be woken by nothing, again and again. */
  @Test
  void aRingThatCannotPollIsAnError() throws Exception {
    trouble.held = command -> Faults.FOREVER;
    try (Setup setup = setup(30_000, true);
        Ring ring = Rings.open(RingOptions.DEFAULT.with(SetupFlag.IOPOLL));
        CompletionWaiter waiter =
            CompletionWaiter.inRing(setup.queue, Strategy.HYBRID, ring, 1, (tag, r, f) -> {})) {
      assertTrue(setup.queue.flush(1, 1));
      NvmeException e = assertThrows(NvmeException.class, () -> waiter.await(outcomes, 1, 0));
      assertTrue(e.getMessage().contains("another ring"), e.getMessage());
    }
  }

  @Test
  void aControllerThatFailsEndsTheWait() throws Exception {
    trouble.held = command -> Faults.FOREVER;
    Setup setup = setup(500, true);
    try (ModelController model = setup.model;
        CompletionWaiter waiter = CompletionWaiter.of(setup.queue, Strategy.INTERRUPT)) {
      assertTrue(setup.queue.flush(1, 1));
      setup.queue.ring();
      trouble.remove(model);
      assertEquals(1, waiter.await(outcomes, 1, 0));
      outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, true, 1);
      assertThrows(NvmeException.class, () -> waiter.await(outcomes, 1, 0));
    }
  }

  /** With interrupts there are as many queue pairs as vectors, since one must not be shared. */
  @Test
  void noTwoQueuePairsShareAVector() throws Exception {
    try (Setup setup = setup(1_000, true);
        QueuePair second = setup.controller.openQueuePair(4)) {
      assertTrue(setup.queue.interruptFd() != second.interruptFd());
      assertTrue(setup.controller.info().queuePairs() <= setup.model.interruptVectors());
    }
  }
}
