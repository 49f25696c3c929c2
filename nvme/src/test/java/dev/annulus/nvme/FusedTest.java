// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fused pairs: what may go wrong with one of the two, and what is no pair. */
@Timeout(60)
class FusedTest {
  private static final StatusCode MISSING = StatusCode.COMMAND_ABORTED_DUE_TO_MISSING_FUSED_COMMAND;

  private final Trouble trouble = new Trouble();

  private Setup setup(boolean threaded, ControllerOptions options, int entries)
      throws NvmeException {
    ModelBuilder builder =
        ModelController.builder()
            .namespace(Backing.memory(1 << 20), Setup.BLOCK)
            .namespace(Backing.memory(1 << 20), Setup.BLOCK)
            .threaded(threaded)
            .faults(trouble);
    return new Setup(builder, options, entries);
  }

  private Setup setup() throws NvmeException {
    return setup(false, ControllerOptions.DEFAULT, 16);
  }

  /** Submits a command as it is, and its flags. */
  private static void raw(Setup setup, int opcode, int nsid, long lba, long blocks, long token) {
    long bytes = blocks * Setup.BLOCK;
    long iova = setup.buffer.iova();
    CommandQueue queue = setup.queue.queue();
    assertTrue(queue.submit(opcode, nsid, lba, blocks - 1, 0, iova, bytes, token));
  }

  private static final int FIRST = NvmOpcode.COMPARE | Sqe.FUSE_FIRST;
  private static final int SECOND = NvmOpcode.WRITE | Sqe.FUSE_SECOND;

  @Test
  void theTwoAreNeighboursWithTheirFlags() throws Exception {
    List<String> seen = new ArrayList<>();
    trouble.io =
        command -> {
          seen.add(command.opcode + " " + command.fuse() + " " + command.cdw10);
          return 0;
        };
    try (Setup setup = setup()) {
      assertTrue(setup.queue.nvm(1).compareAndWrite(9, 2, setup.buffer.iova(), 0x1000, 1));
      setup.finish();
      assertEquals(List.of("5 256 9", "1 512 9"), seen);
    }
  }

  @Test
  void eitherErrorIsThePairs() throws Exception {
    int[] statuses = new int[2];
    trouble.io = command -> statuses[command.opcode == NvmOpcode.COMPARE ? 0 : 1];
    try (Setup setup = setup()) {
      NvmCommands nvm = setup.queue.nvm(1);
      long iova = setup.buffer.iova();
      int read = StatusCode.UNRECOVERED_READ_ERROR.value | NvmeStatus.DO_NOT_RETRY;
      int write = StatusCode.WRITE_FAULT.value;
      for (int[] each : new int[][] {{read, 0, read}, {0, write, write}, {read, write, read}}) {
        statuses[0] = each[0];
        statuses[1] = each[1];
        setup.outcomes.clear();
        assertTrue(nvm.compareAndWrite(0, 1, iova, iova, 1));
        setup.finish();
        assertEquals(1, setup.outcomes.size());
        assertEquals(each[2], setup.outcomes.status(1));
      }
    }
  }

  /** The write's completion, which says that the compare failed, comes before the compare's. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theReasonIsToldWhicheverComesFirst(boolean threaded) throws Exception {
    trouble.held = command -> command.opcode == NvmOpcode.COMPARE ? 1 : 0;
    try (Setup setup = setup(threaded, ControllerOptions.DEFAULT, 16)) {
      long iova = setup.buffer.iova();
      setup.buffer.memory().set(JAVA_BYTE, 0, (byte) 1);
      assertTrue(setup.queue.nvm(1).compareAndWrite(0, 1, iova, iova, 1));
      setup.finish();
      assertEquals(1, setup.outcomes.size());
      setup.outcomes.assertStatus(StatusCode.COMPARE_FAILURE, false, 1);
    }
  }

  @Test
  void oneThatTakesTooLongIsAborted() throws Exception {
    trouble.held = command -> command.opcode == NvmOpcode.COMPARE ? Faults.FOREVER : 0;
    try (Setup setup = setup(false, ControllerOptions.DEFAULT.withIoTimeoutMillis(40), 16)) {
      long iova = setup.buffer.iova();
      assertTrue(setup.queue.nvm(1).compareAndWrite(0, 1, iova, iova, 1));
      setup.finish();
      assertEquals(1, setup.outcomes.size());
      setup.outcomes.assertStatus(StatusCode.COMMAND_ABORTED_BY_HOST, false, 1);
      Trouble.assertCounters(1, 0, 0, setup.controller);
    }
  }

  @Test
  void aResetEndsThePairOnce() throws Exception {
    trouble.held = command -> command.opcode == NvmOpcode.WRITE ? Faults.FOREVER : 0;
    try (Setup setup = setup()) {
      long iova = setup.buffer.iova();
      assertTrue(setup.queue.nvm(1).compareAndWrite(0, 1, iova, iova, 1));
      setup.queue.ring();
      setup.controller.reset();
      Trouble.until(
          "the end", () -> setup.queue.inFlight() == 0, () -> setup.queue.poll(setup.outcomes, 9));
      assertEquals(1, setup.outcomes.size());
      setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, 1);
      trouble.held = command -> 0;
      Trouble.until(
          "room", () -> setup.queue.nvm(1).compareAndWrite(0, 1, iova, iova, 2), setup.queue::ring);
      setup.finish();
      setup.outcomes.assertOk(2);
    }
  }

  @Test
  void whatIsNoPairIsAbortedAndTheOthersAreNot() throws Exception {
    try (Setup setup = setup()) {
      raw(setup, FIRST, 1, 0, 1, 1);
      setup.queue.ring();
      raw(setup, SECOND, 1, 0, 1, 2);
      setup.finish();
      setup.outcomes.assertStatus(MISSING, false, 1);
      setup.outcomes.assertStatus(MISSING, false, 2);
      raw(setup, FIRST, 1, 0, 1, 3);
      raw(setup, NvmOpcode.READ, 1, 0, 1, 4);
      raw(setup, FIRST, 1, 0, 1, 5);
      raw(setup, FIRST, 1, 0, 1, 6);
      raw(setup, SECOND, 1, 0, 1, 7);
      raw(setup, NvmOpcode.READ | Sqe.FUSE_MASK, 1, 0, 1, 8);
      setup.finish();
      setup.outcomes.assertStatus(MISSING, false, 3);
      setup.outcomes.assertOk(4);
      setup.outcomes.assertStatus(MISSING, false, 5);
      setup.outcomes.assertOk(6);
      setup.outcomes.assertOk(7);
      setup.outcomes.assertStatus(StatusCode.INVALID_FIELD_IN_COMMAND, true, 8);
    }
  }

  @Test
  void pairsThatDoNotFitTogether() throws Exception {
    try (Setup setup = setup()) {
      int wrong = NvmOpcode.READ | Sqe.FUSE_FIRST;
      long[][] pairs = {
        {FIRST, 1, 0, 1, SECOND, 1, 1, 1},
        {FIRST, 1, 0, 1, SECOND, 1, 0, 2},
        {FIRST, 1, 0, 1, SECOND, 2, 0, 1},
        {wrong, 1, 0, 1, SECOND, 1, 0, 1}
      };
      for (long[] pair : pairs) {
        setup.outcomes.clear();
        raw(setup, (int) pair[0], (int) pair[1], pair[2], pair[3], 1);
        raw(setup, (int) pair[4], (int) pair[5], pair[6], pair[7], 2);
        setup.finish();
        setup.outcomes.assertStatus(StatusCode.INVALID_FIELD_IN_COMMAND, true, 1);
        setup.outcomes.assertStatus(StatusCode.INVALID_FIELD_IN_COMMAND, true, 2);
      }
      raw(setup, FIRST, 1, 0, ModelFused.BLOCKS + 1, 3);
      raw(setup, SECOND, 1, 0, ModelFused.BLOCKS + 1, 4);
      setup.finish();
      setup.outcomes.assertStatus(StatusCode.ATOMIC_WRITE_UNIT_EXCEEDED, true, 3);
      setup.outcomes.assertStatus(StatusCode.ATOMIC_WRITE_UNIT_EXCEEDED, true, 4);
    }
  }

  /** Two threads, a queue pair each: none of the increments by compare and write is lost. */
  @Test
  void nothingOfAnothersComesBetween() throws Exception {
    int rounds = 2_000;
    try (Setup setup = setup(true, ControllerOptions.DEFAULT, 16)) {
      List<Throwable> failures = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    increment(setup.controller, rounds);
                  } catch (Exception | AssertionError e) {
                    synchronized (failures) {
                      failures.add(e);
                    }
                  }
                }));
      }
      for (Thread each : threads) {
        each.join();
      }
      assertEquals(List.of(), failures);
      assertTrue(setup.queue.read(1, 0, 1, setup.buffer.iova(), 1));
      setup.finish();
      long counted = setup.buffer.memory().get(JAVA_LONG, 0);
      assertEquals(2 * rounds, counted);
    }
  }

  private static void increment(Controller controller, int times) throws NvmeException {
    DmaBuffer buffer = controller.dma().allocate(8192, 4096);
    try (QueuePair queue = controller.openQueuePair(4)) {
      NvmCommands nvm = queue.nvm(1);
      for (int done = 0; done < times; ) {
        Outcomes outcomes = new Outcomes();
        nvm.read(0, 1, buffer.iova(), 1);
        Setup.finish(queue, outcomes);
        outcomes.assertOk(1);
        long now = buffer.memory().get(JAVA_LONG, 0);
        MemorySegment.copy(buffer.memory(), 0, buffer.memory(), 4096, 512);
        buffer.memory().set(JAVA_LONG, 4096, now + 1);
        nvm.compareAndWrite(0, 1, buffer.iova(), buffer.iova() + 4096, 2);
        Setup.finish(queue, outcomes);
        done += outcomes.status(2) == 0 ? 1 : 0;
      }
    } finally {
      controller.dma().free(buffer);
    }
  }
}
