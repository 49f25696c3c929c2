// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time-outs, aborts, resets: each command ends once and says how, and the queue pair goes on. */
@Timeout(60)
class RecoveryTest {
  private static final ControllerOptions SHORT = ControllerOptions.DEFAULT.withIoTimeoutMillis(40);

  /** Of a model whose thread may have to wait for a processor. */
  private static final ControllerOptions LONGER =
      ControllerOptions.DEFAULT.withIoTimeoutMillis(300);

  private final Trouble trouble = new Trouble();

  private Setup setup(boolean threaded, ControllerOptions options) throws NvmeException {
    ModelBuilder builder = ModelController.builder().namespace(Backing.memory(1 << 20), 512);
    return new Setup(builder.faults(trouble).threaded(threaded), options, 64);
  }

  private static void pollUntil(Setup setup, int outcomes) throws Exception {
    setup.queue.ring();
    Trouble.until(
        outcomes + " completions",
        () -> setup.outcomes.size() >= outcomes,
        () -> setup.queue.poll(setup.outcomes, 64));
  }

  private static void read(Setup setup, long lba) throws Exception {
    Trouble.until(
        "room in the queue",
        () -> setup.queue.read(1, lba, 1, setup.buffer.iova(), lba),
        () -> {
          setup.queue.ring();
          setup.queue.poll(setup.outcomes, 64);
        });
  }

  /** The queue pair works: as many reads as it takes, many times. */
  private static void assertWorks(Setup setup) throws Exception {
    setup.outcomes.clear();
    for (int lba = 100; lba < 500; lba++) {
      read(setup, lba);
      if (lba % 16 == 0) {
        setup.queue.ring();
      }
    }
    pollUntil(setup, 400);
    for (int lba = 100; lba < 500; lba++) {
      setup.outcomes.assertOk(lba);
    }
    assertEquals(0, setup.queue.inFlight());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCommandThatTakesTooLongIsAborted(boolean threaded) throws Exception {
    trouble.held = command -> command.cdw10 == 5 ? Faults.FOREVER : 0;
    try (Setup setup = setup(threaded, threaded ? LONGER : SHORT)) {
      read(setup, 4);
      read(setup, 5);
      read(setup, 6);
      pollUntil(setup, 3);
      setup.outcomes.assertOk(4);
      setup.outcomes.assertStatus(StatusCode.COMMAND_ABORTED_BY_HOST, false, 5);
      setup.outcomes.assertOk(6);
      Trouble.assertCounters(1, 0, 0, setup.controller);
      assertWorks(setup);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAbortDoesNotEndAResetDoes(boolean threaded) throws Exception {
    trouble.io = command -> command.cdw10 == 5 || command.cdw10 == 7 ? Faults.LOST : 0;
    try (Setup setup = setup(threaded, threaded ? LONGER : SHORT)) {
      for (int lba = 4; lba < 9; lba++) {
        read(setup, lba);
      }
      pollUntil(setup, 5);
      for (int lba = 4; lba < 9; lba++) {
        if (lba == 5 || lba == 7) {
          setup.outcomes.assertStatus(StatusCode.COMMAND_ABORTED_BY_HOST, false, lba);
        } else {
          setup.outcomes.assertOk(lba);
        }
      }
      trouble.io = command -> 0;
      assertWorks(setup);
      Trouble.assertCounters(2, 1, 0, setup.controller);
      assertEquals(0, setup.queue.counters().spurious());
    }
  }

  @Test
  void anAbortThatIsRefusedOrNotAnsweredLeadsToAReset() throws Exception {
    for (int refusal : new int[] {StatusCode.ABORT_COMMAND_LIMIT_EXCEEDED.value, Faults.LOST}) {
      trouble.io = command -> Faults.LOST;
      trouble.admin = command -> command.opcode == AdminOpcode.ABORT ? refusal : 0;
      try (Setup setup = setup(false, SHORT.withAdminTimeoutMillis(60))) {
        read(setup, 5);
        pollUntil(setup, 1);
        setup.outcomes.assertStatus(StatusCode.COMMAND_ABORTED_BY_HOST, false, 5);
        trouble.io = command -> 0;
        assertWorks(setup);
        assertEquals(1, setup.controller.recoveries().resets());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aResetEndsWhatIsInFlightOnceAndSaysSo(boolean threaded) throws Exception {
    trouble.held = command -> command.cdw10 % 2 == 1 ? Faults.FOREVER : 0;
    try (Setup setup = setup(threaded, ControllerOptions.DEFAULT)) {
      QueueCounters before = setup.queue.counters();
      for (int lba = 0; lba < 10; lba++) {
        read(setup, lba);
      }
      setup.queue.ring();
      read(setup, 11); // the device is not told of it
      // All it can complete it has posted, unpolled.
      Trouble.until("10 commands", () -> setup.model.queues().submission(1).head() == 10, () -> {});
      setup.controller.reset();
      assertFalse(setup.queue.flush(1, 99), "nothing is submitted before the owner has polled");
      pollUntil(setup, 11);
      for (int lba = 0; lba < 10; lba += 2) {
        setup.outcomes.assertOk(lba);
        setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, lba + 1);
      }
      setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, 11);
      trouble.held = command -> 0;
      assertWorks(setup);
      QueueCounters after = setup.queue.counters();
      assertEquals(after.commands() - before.commands(), after.completions());
      assertEquals(0, after.spurious());
    }
  }

  @Test
  void aPollEndsNoMoreThanAskedForAndAHandlerMayThrow() throws Exception {
    trouble.held = command -> Faults.FOREVER;
    try (Setup setup = setup(false, ControllerOptions.DEFAULT)) {
      for (int lba = 0; lba < 10; lba++) {
        read(setup, lba);
      }
      setup.queue.ring();
      setup.controller.reset();
      assertEquals(3, setup.queue.poll(setup.outcomes, 3));
      CompletionHandler angry =
          (token, status, result) -> {
            setup.outcomes.completed(token, status, result);
            throw new IllegalStateException("no");
          };
      assertThrows(IllegalStateException.class, () -> setup.queue.poll(angry, 3));
      assertEquals(4, setup.outcomes.size());
      pollUntil(setup, 10);
      trouble.held = command -> 0;
      assertWorks(setup);
    }
  }

  @Test
  void aQueuePairWithNothingInFlightNoticesNoReset() throws Exception {
    try (Setup setup = setup(true, ControllerOptions.DEFAULT)) {
      setup.buffer.memory().set(ValueLayout.JAVA_LONG, 0, 42);
      setup.queue.write(1, 77, 1, setup.buffer.iova(), 1);
      setup.finish();
      for (int i = 0; i < 20; i++) {
        setup.controller.reset();
        if (i % 3 == 0) {
          continue; // several resets between two uses
        }
        setup.outcomes.clear();
        setup.buffer.memory().set(ValueLayout.JAVA_LONG, 0, 0);
        read(setup, 77);
        pollUntil(setup, 1);
        setup.outcomes.assertOk(77);
        assertEquals(42, setup.buffer.memory().get(ValueLayout.JAVA_LONG, 0));
      }
      assertEquals(20, setup.controller.recoveries().resets());
    }
  }

  @Test
  void anAdminCommandThatIsNotAnsweredResetsTheController() throws Exception {
    trouble.held = command -> Faults.FOREVER;
    try (Setup setup = setup(false, ControllerOptions.DEFAULT.withAdminTimeoutMillis(50))) {
      read(setup, 5);
      setup.queue.ring();
      trouble.admin = command -> command.opcode == AdminOpcode.CREATE_CQ ? Faults.LOST : 0;
      NvmeException e = assertThrows(NvmeException.class, () -> setup.controller.openQueuePair(8));
      assertTrue(e.getMessage().contains("had no answer in 50 ms"), e.getMessage());
      trouble.admin = command -> 0;
      trouble.held = command -> 0;
      pollUntil(setup, 1);
      setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, 5);
      assertWorks(setup);
      setup.controller.openQueuePair(8).close();
    }
  }

  @Test
  void queuePairsOpenAndCloseThroughResets() throws Exception {
    try (Setup setup = setup(true, ControllerOptions.DEFAULT)) {
      AtomicInteger opened = new AtomicInteger();
      AtomicBoolean stop = new AtomicBoolean();
      FutureTask<Void> opener =
          new FutureTask<>(() -> {
            while (!stop.get()) {
              setup.controller.openQueuePair(8).close();
              opened.incrementAndGet();
            }
            return null;
          });
      Thread.ofPlatform().start(opener);
      for (int i = 0; i < 100 || opened.get() < 10; i++) {
        setup.controller.reset();
      }
      stop.set(true);
      opener.get();
      assertWorks(setup);
    }
  }

  @Test
  void aQueuePairThatTheDeviceDoesNotDeleteIsEndedByAReset() throws Exception {
    trouble.held = command -> Faults.FOREVER;
    int refusal = StatusCode.INTERNAL_ERROR.value;
    trouble.admin = command -> command.opcode == AdminOpcode.DELETE_SQ ? refusal : 0;
    try (Setup setup = setup(true, ControllerOptions.DEFAULT)) {
      read(setup, 5);
      setup.queue.ring();
      setup.queue.close(setup.outcomes);
      assertEquals(1, setup.outcomes.size());
      assertEquals(1, setup.controller.recoveries().resets());
      setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, 5);
      trouble.admin = command -> 0;
    }
  }

  @Test
  void aFatalErrorIsSeenWithoutATimeOut() throws Exception {
    try (Setup setup = setup(true, ControllerOptions.DEFAULT)) {
      setup.model.fail();
      read(setup, 5);
      pollUntil(setup, 1);
      setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, 5);
      assertWorks(setup);
      Trouble.assertCounters(0, 1, 0, setup.controller);
    }
  }
}
