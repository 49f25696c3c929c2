// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Controllers that lie in their completions: each lie has a name, and ends their use. */
@Timeout(60)
class LiarTest {
  private static final ControllerOptions SHORT = ControllerOptions.DEFAULT.withIoTimeoutMillis(40);
  private static final long BLOCKS = 2048;

  private final Trouble trouble = new Trouble();

  /** What a controller can say in place of a completion of the command with identifier 1. */
  private enum Lie {
    AN_IDENTIFIER_NEVER_GIVEN_OUT(Violation.UNKNOWN_COMMAND, word -> with(word, 1, 0xFFFF)),
    THE_NEXT_GENERATION(Violation.UNKNOWN_COMMAND, word -> with(word, 1, 1 + 64)),
    A_FREE_SLOT(Violation.UNKNOWN_COMMAND, word -> with(word, 1, 40)),
    ANOTHER_QUEUE(Violation.WRONG_QUEUE, word -> with(word, 2, 1)),
    THE_ADMIN_QUEUE(Violation.WRONG_QUEUE, word -> with(word, 0, 1)),
    A_HEAD_BEYOND_THE_QUEUE(Violation.IMPOSSIBLE_HEAD, word -> with(word, 0x7FFF, 1, 1)),
    A_HEAD_BEYOND_THE_TAIL(Violation.IMPOSSIBLE_HEAD, word -> with(word, 20, 1, 1)),
    A_HEAD_THAT_GOES_BACK(Violation.IMPOSSIBLE_HEAD, word -> with(word, 63, 1, 1));

    final Violation violation;
    final LongUnaryOperator change;

    Lie(Violation violation, LongUnaryOperator change) {
      this.violation = violation;
      this.change = change;
    }

    long of(long word) {
      return Cqe.commandId(word) == 1 ? change.applyAsLong(word) : word;
    }
  }

  private static long with(long word, int head, int queue, int id) {
    return Cqe.word(head, queue, id, Cqe.status(word), Cqe.phase(word));
  }

  private static long with(long word, int queue, int id) {
    return with(word, Cqe.sqHead(word), queue, id);
  }

  private Setup setup() throws NvmeException {
    ModelBuilder builder =
        ModelController.builder().namespace(Backing.memory(BLOCKS * Setup.BLOCK), Setup.BLOCK);
    return new Setup(builder.faults(trouble), SHORT, 64);
  }

  private static void pollUntil(Setup setup, int outcomes) throws Exception {
    setup.queue.ring();
    Trouble.until(
        outcomes + " completions",
        () -> setup.outcomes.size() >= outcomes,
        () -> setup.queue.poll(setup.outcomes, 64));
    assertEquals(outcomes, setup.outcomes.size());
  }

  private static void flushes(Setup setup, int count) throws Exception {
    setup.outcomes.clear();
    Trouble.until("the queue", () -> setup.queue.flush(1, 0), setup.queue::ring);
    for (int token = 1; token < count; token++) {
      assertTrue(setup.queue.flush(1, token));
    }
    setup.queue.ring();
  }

  /** The queue pair works again, and the violation was recorded. */
  private void assertWorksAfter(Setup setup, Violation violation) throws Exception {
    trouble.completion = word -> word;
    flushes(setup, 10);
    pollUntil(setup, 10);
    for (int token = 0; token < 10; token++) {
      setup.outcomes.assertOk(token);
    }
    RecoveryCounters counters = setup.controller.recoveries();
    assertEquals(1, counters.violations());
    assertEquals("it broke the protocol: queue 1: " + violation.words, counters.cause());
  }

  /** The second lie is the last. */
  private void assertFailsNext(Setup setup, Violation violation, LongUnaryOperator lie)
      throws Exception {
    trouble.completion = lie;
    flushes(setup, 63);
    pollUntil(setup, 63);
    Trouble.until(
        "the failure", () -> setup.controller.recoveries().failed(), setup.controller::recoveries);
    NvmeException e = assertThrows(NvmeException.class, setup.queue::ring);
    assertTrue(e.getMessage().contains(violation.words + ", again within a minute"), e.toString());
    trouble.completion = word -> word;
  }

  private static void closeFailed(Setup setup) {
    assertThrows(NvmeException.class, setup.controller::close);
    setup.model.close();
  }

  @ParameterizedTest
  @EnumSource
  void aFalseFieldOfACompletion(Lie lie) throws Exception {
    trouble.completion = lie::of;
    Setup setup = setup();
    flushes(setup, 10);
    pollUntil(setup, 10);
    int wrong = 0;
    for (int token = 0; token < 10; token++) {
      int status = setup.outcomes.status(token);
      wrong += status == 0 ? 0 : 1;
      assertTrue(status == 0 || status == StatusCode.HOST_PATHING_ERROR.value);
    }
    assertEquals(lie.violation == Violation.IMPOSSIBLE_HEAD ? 0 : 1, wrong);
    assertWorksAfter(setup, lie.violation);
    assertFailsNext(setup, lie.violation, word -> again(lie, word));
    closeFailed(setup);
  }

  /** The identifiers of a queue pair that has been in use are of other generations. */
  private static long again(Lie lie, long word) {
    if (lie.violation == Violation.WRONG_QUEUE) {
      return with(word, 2, Cqe.commandId(word));
    }
    return lie.violation == Violation.IMPOSSIBLE_HEAD
        ? with(word, 0x7FFF, 1, Cqe.commandId(word))
        : with(word, 1, 0xFFFF);
  }

  private static void post(Setup setup, int id) {
    ModelSq queue = setup.model.queues().submission(1);
    queue.cq.post(queue, id, 0, 0);
  }

  @Test
  void completionsNobodyAskedFor() throws Exception {
    try (Setup setup = setup()) {
      post(setup, 0);
      assertEquals(0, setup.queue.poll(setup.outcomes, 64));
      assertWorksAfter(setup, Violation.UNREQUESTED);
    }
  }

  @Test
  void aCompletionTwice() throws Exception {
    try (Setup setup = setup()) {
      trouble.held = command -> command.id == 5 ? Faults.FOREVER : 0;
      flushes(setup, 10);
      post(setup, 3);
      pollUntil(setup, 10);
      setup.outcomes.assertOk(3);
      setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, 5);
      assertEquals(1, setup.controller.recoveries().violations());
    }
  }

  /** The one that is told of completes, once; the lie is found when its own completion comes. */
  @Test
  void theIdentifierOfAnotherCommandInFlight() throws Exception {
    trouble.completion = word -> Cqe.commandId(word) == 2 ? with(word, 3, 1, 7) : word;
    try (Setup setup = setup()) {
      flushes(setup, 10);
      pollUntil(setup, 10);
      setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, 2);
      setup.outcomes.assertOk(7);
      assertEquals(1, setup.controller.recoveries().violations());
      trouble.completion = word -> word;
      flushes(setup, 10);
      pollUntil(setup, 10);
    }
  }

  /** A phase that never changes: nothing is ever seen to complete. */
  @Test
  void aPhaseThatIsStuckLooksLikeNoAnswer() throws Exception {
    trouble.completion = word -> word & ~(1L << 48);
    try (Setup setup = setup()) {
      flushes(setup, 10);
      pollUntil(setup, 10);
      for (int token = 0; token < 10; token++) {
        setup.outcomes.assertStatus(StatusCode.COMMAND_ABORTED_BY_HOST, false, token);
      }
      RecoveryCounters counters = setup.controller.recoveries();
      assertEquals(1, counters.resets());
      assertTrue(counters.cause().contains("nor as long after its abort"), counters.cause());
      trouble.completion = word -> word;
      flushes(setup, 10);
      pollUntil(setup, 10);
      setup.outcomes.assertOk(9);
    }
  }

  /** A phase that is always the expected one: the whole queue looks new at once. */
  @Test
  void aQueueThatLooksFullOfCompletions() throws Exception {
    try (Setup setup = setup()) {
      trouble.held = command -> Faults.FOREVER;
      flushes(setup, 10);
      for (int i = 0; i < 64; i++) {
        post(setup, 0);
      }
      pollUntil(setup, 10);
      setup.outcomes.assertOk(0);
      for (int token = 1; token < 10; token++) {
        setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, token);
      }
      assertEquals(1, setup.controller.recoveries().violations());
    }
  }

  @Test
  void liesOnTheAdminQueueToo() throws Exception {
    Trouble liar =
        new Trouble() {
          @Override
          public long completion(long word) {
            return Cqe.sqId(word) == 0 ? completion.applyAsLong(word) : word;
          }
        };
    ModelBuilder builder = ModelController.builder().namespace(Backing.memory(1 << 20), 512);
    try (Setup setup = new Setup(builder.faults(liar), SHORT, 64)) {
      AtomicBoolean once = new AtomicBoolean();
      liar.completion = word -> once.getAndSet(true) ? word : with(word, 0, 0x1234);
      try {
        // Where the thread that listens finds the lie first, this is done again after the reset.
        setup.controller.openQueuePair(4).close();
      } catch (NvmeException e) {
        assertTrue(e.getMessage().contains(Violation.UNKNOWN_COMMAND.words), e.toString());
      }
      String cause = setup.controller.recoveries().cause();
      assertTrue(cause.contains("admin queue: " + Violation.UNKNOWN_COMMAND.words), cause);
      Trouble.until("the reset", () -> setup.queue.flush(1, 1), setup.queue::ring);
      pollUntil(setup, 1);
      setup.controller.openQueuePair(4).close();
      assertEquals(1, setup.controller.recoveries().violations());
    }
  }

  /** The model stands for device and IOMMU: what is not mapped is refused, told and logged. */
  @Test
  void dataToSomewhereElse() throws Exception {
    try (Setup setup = setup()) {
      long outside = setup.buffer.iova() + Setup.BUFFER;
      List<Long> addresses = List.of(outside, outside - 256, 0L, 0x1000L, -4096L, Long.MIN_VALUE);
      for (int token = 0; token < addresses.size(); token++) {
        long address = addresses.get(token);
        trouble.io =
            command -> {
              command.prp1 = address;
              return 0;
            };
        assertTrue(setup.queue.read(1, 0, 1, setup.buffer.iova(), token));
        setup.finish();
        assertEquals(
            StatusCode.DATA_TRANSFER_ERROR,
            StatusCode.of(setup.outcomes.status(token)),
            "" + token);
      }
      trouble.io = command -> 0;
      assertEquals(0, setup.controller.recoveries().resets());
      setup.outcomes.clear();
      flushes(setup, 10);
      pollUntil(setup, 10);
    }
  }
}
