// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Controllers that no reset brings back: every command ends once, every later call says why. */
@Timeout(60)
class FailureTest {
  private static final int COMMANDS = 10;

  /** CAP.TO of half a second, so that what never comes is not waited for long. */
  private static final IntBinaryOperator HASTY =
      (register, value) -> register == Registers.CAP ? value & 0xFF_FFFF | 1 << 24 : value;

  private final Trouble trouble = new Trouble();
  private final Outcomes outcomes = new Outcomes();
  private ModelController model;
  private Controller controller;
  private QueuePair queue;

  @BeforeEach
  void start() throws Exception {
    trouble.register = HASTY;
    trouble.held = command -> Faults.FOREVER;
    model =
        ModelController.builder().namespace(Backing.memory(1 << 20), 512).faults(trouble).build();
    controller = Controller.start(model, ControllerOptions.DEFAULT.withAdminTimeoutMillis(200));
    queue = controller.openQueuePair(64);
    for (int token = 0; token < COMMANDS; token++) {
      assertTrue(queue.flush(1, token));
    }
    queue.ring();
  }

  @AfterEach
  void stop() throws Exception {
    queue.close(outcomes);
    assertEquals(COMMANDS, outcomes.size(), "none ends twice");
    assertThrows(NvmeException.class, controller::close, "not an orderly shutdown");
    controller.close();
    model.close();
    assertEquals(List.of(), recoveryThreads());
  }

  private static List<Thread> recoveryThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().equals(Recovery.THREAD))
        .filter(Thread::isAlive)
        .toList();
  }

  /** All that was in flight ends, then every call says what happened. */
  private void assertFails(String... words) throws Exception {
    AtomicReference<NvmeException> thrown = new AtomicReference<>();
    Trouble.until(
        "the failure",
        () -> thrown.get() != null,
        () -> {
          try {
            queue.poll(outcomes, 3);
          } catch (NvmeException e) {
            thrown.set(e);
          }
        });
    assertEquals(COMMANDS, outcomes.size());
    for (int token = 0; token < COMMANDS; token++) {
      // "Do not retry" where it was known by then that there is no way back.
      assertEquals(StatusCode.HOST_PATHING_ERROR, StatusCode.of(outcomes.status(token)));
    }
    assertFalse(queue.flush(1, 77), "nothing is submitted any more");
    assertTrue(controller.recoveries().failed());
    for (NvmeException e :
        List.of(
            thrown.get(),
            assertThrows(NvmeException.class, queue::ring),
            assertThrows(NvmeException.class, () -> queue.poll(outcomes, 1)),
            assertThrows(NvmeException.class, () -> controller.openQueuePair(8)),
            assertThrows(NvmeException.class, controller::reset))) {
      for (String word : words) {
        assertTrue(e.getMessage().contains(word), e.getMessage());
      }
      assertTrue(e.getMessage().startsWith("the controller has failed: "), e.getMessage());
      assertTrue(e.getMessage().contains("close it, then reset or replace"), e.getMessage());
    }
  }

  @Test
  void surpriseRemoval() throws Exception {
    trouble.remove(model);
    assertFails("all ones: it was removed or has lost power");
  }

  @Test
  void removalIsAlsoSeenByWhoAsksForAReset() throws Exception {
    trouble.remove(model);
    NvmeException e = assertThrows(NvmeException.class, controller::reset);
    assertTrue(e.getMessage().contains("all ones"), e.getMessage());
    assertFails("a reset was asked for; then", "all ones");
  }

  @Test
  void readyNeverDrops() throws Exception {
    trouble.register =
        (register, value) -> register == Registers.CSTS ? value | Registers.CSTS_RDY : value;
    assertThrows(NvmeException.class, controller::reset);
    assertFails("disabling the controller: no answer in 500 ms (CSTS 1h)");
  }

  @Test
  void readyNeverRises() throws Exception {
    trouble.register =
        (register, value) -> register == Registers.CSTS ? value & ~Registers.CSTS_RDY : value;
    assertThrows(NvmeException.class, controller::reset);
    assertFails("enabling the controller: no answer in 500 ms (CSTS 0h)");
  }

  @Test
  void fatalAgainAfterEachReset() throws Exception {
    trouble.register =
        (register, value) -> register == Registers.CSTS ? value | Registers.CSTS_CFS : value;
    assertFails("it reports a fatal error (CSTS.CFS); then enabling the controller", "broken");
  }

  @Test
  void adminCommandsThatAreNotAnsweredAfterTheReset() throws Exception {
    trouble.admin = command -> Faults.LOST;
    assertThrows(NvmeException.class, controller::reset);
    assertFails("Set Features, Number of Queues had no answer in 200 ms");
  }

  @Test
  void fewerQueuesThanBefore() throws Exception {
    trouble.admin =
        command -> {
          if (command.opcode == AdminOpcode.SET_FEATURES) {
            command.cdw10 &= 0xFFFF_FFFFL;
          }
          return 0;
        };
    assertThrows(NvmeException.class, controller::reset);
    assertFails("after a reset the controller grants 1 queue pairs in place of 16");
  }

  @Test
  void queuesThatAreRefusedAfterEachReset() throws Exception {
    int refusal = StatusCode.INTERNAL_ERROR.value;
    trouble.admin = command -> command.opcode == AdminOpcode.CREATE_SQ ? refusal : 0;
    controller.reset();
    assertFails("Create I/O Submission Queue 1: Internal Error", "again within a minute");
  }

  @Test
  void closingAQueuePairAfterTheFailureEndsWhatIsInFlight() throws Exception {
    trouble.remove(model);
    assertThrows(NvmeException.class, controller::reset);
    queue.close(outcomes);
    for (int token = 0; token < COMMANDS; token++) {
      outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, true, token);
    }
  }
}
