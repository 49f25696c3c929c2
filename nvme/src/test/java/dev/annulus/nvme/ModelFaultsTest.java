// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Completions out of order, failing backings, commands that never complete. */
@Timeout(30)
class ModelFaultsTest {
  private static ModelBuilder model() {
    return ModelController.builder().namespace(Backing.memory(1 << 20), 512);
  }

  /** Faults of I/O queues; the admin queue works. */
  private static Faults io(ToIntFunction<ModelCommand> fail, ToIntFunction<ModelCommand> hold) {
    return new Faults() {
      @Override
      public int fail(ModelCommand command) {
        return command.queue.id == 0 ? 0 : fail.applyAsInt(command);
      }

      @Override
      public int hold(ModelCommand command) {
        return command.queue.id == 0 ? 0 : hold.applyAsInt(command);
      }
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void completionsInAnyOrder(boolean threaded) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Faults faults = io(command -> 0, command -> random.nextInt(6));
    int outOfOrder = 0;
    try (Setup setup = new Setup(model().faults(faults).threaded(threaded))) {
      for (int round = 0; round < 200; round++) {
        setup.outcomes.clear();
        for (int i = 0; i < setup.queue.capacity(); i++) {
          assertTrue(setup.queue.read(1, i, 1, setup.buffer.iova() + i * 512L, i));
        }
        setup.finish();
        List<Long> order = setup.outcomes.order();
        assertEquals(setup.queue.capacity(), order.size(), "seed " + seed);
        outOfOrder += order.equals(LongStream.range(0, order.size()).boxed().toList()) ? 0 : 1;
      }
      assertTrue(outOfOrder > 100, outOfOrder + " rounds out of order, seed " + seed);
      assertEquals(0, setup.queue.counters().spurious());
      assertEquals(0, setup.queue.counters().badHeads());
    }
  }

  @Test
  void errorsByCommandAndAddress() throws Exception {
    int failure = StatusCode.UNRECOVERED_READ_ERROR.value;
    Faults faults = io(command -> command.cdw10 == 5 ? failure : 0, command -> 0);
    try (Setup setup = new Setup(model().faults(faults))) {
      setup.queue.read(1, 4, 1, setup.buffer.iova(), 4);
      setup.queue.read(1, 5, 1, setup.buffer.iova(), 5);
      setup.finish();
      setup.outcomes.assertOk(4);
      setup.outcomes.assertStatus(StatusCode.UNRECOVERED_READ_ERROR, false, 5);
    }
  }

  @Test
  void closeCompletesEachCommandInFlightOnce() throws Exception {
    Faults faults = io(command -> 0, command -> command.cdw10 < 3 ? Faults.FOREVER : 0);
    try (Setup setup = new Setup(model().faults(faults))) {
      for (int lba = 0; lba < 6; lba++) {
        setup.queue.read(1, lba, 1, setup.buffer.iova(), lba);
      }
      setup.queue.ring();
      setup.queue.read(1, 6, 1, setup.buffer.iova(), 6); // never rung
      setup.queue.close(setup.outcomes);
      assertEquals(7, setup.outcomes.size());
      for (int lba = 0; lba < 7; lba++) {
        if (lba < 3 || lba == 6) {
          setup.outcomes.assertStatus(StatusCode.COMMAND_ABORTED_DUE_TO_SQ_DELETION, false, lba);
        } else {
          setup.outcomes.assertOk(lba);
        }
      }
      setup.queue.close(setup.outcomes);
    }
  }

  @Test
  void abortEndsACommandThatHangs() throws Exception {
    Faults faults = io(command -> 0, command -> Faults.FOREVER);
    try (ModelController model = model().faults(faults).build()) {
      Handshake handshake = new Handshake(model);
      AdminQueue admin = new AdminQueue(model, handshake, 1_000);
      handshake.enable(admin.queue());
      CommandQueue queue = new CommandQueue(model, 1, 8, 4096, 12);
      QueueCommands.create(admin, queue, 0, false);
      assertTrue(queue.submit(NvmOpcode.FLUSH, 1, 0, 0, 0, 0, 0, 42));
      queue.ring();
      Outcomes outcomes = new Outcomes();
      assertEquals(0, queue.poll(outcomes, 8));
      // The first command of a queue has identifier 0; there is none with 1.
      assertEquals(1, admin.execute(AdminOpcode.ABORT, 0, 1L << 16 | 1, 0, "Abort", ""));
      assertEquals(0, admin.execute(AdminOpcode.ABORT, 0, 1, 0, "Abort", ""));
      assertEquals(1, queue.poll(outcomes, 8));
      outcomes.assertStatus(StatusCode.COMMAND_ABORT_REQUESTED, false, 42);
    }
  }

  /** A backing of which everything fails. */
  private record Broken(long size, boolean readOnly) implements Backing {
    @Override
    public void read(long position, MemorySegment target, long offset, long length)
        throws IOException {
      throw new IOException("no");
    }

    @Override
    public void write(long position, MemorySegment source, long offset, long length)
        throws IOException {
      throw new ErrnoException("pwrite", Errno.ENOSPC);
    }

    @Override
    public void zero(long position, long length) {
      throw new ArithmeticException("a bug");
    }

    @Override
    public void flush() throws IOException {
      throw new IOException("no");
    }

    @Override
    public void close() {}
  }

  @Test
  void whatTheBackingThrowsBecomesAStatus() throws Exception {
    ModelBuilder builder = ModelController.builder().namespace(new Broken(1 << 20, false), 512);
    try (ModelController model = builder.build()) {
      Controller controller = Controller.start(model, ControllerOptions.DEFAULT);
      DmaBuffer buffer = controller.dma().allocate(4096, 4096);
      Outcomes outcomes = new Outcomes();
      QueuePair queue = controller.openQueuePair(16);
      queue.read(1, 0, 1, buffer.iova(), 1);
      queue.write(1, 0, 1, buffer.iova(), 2);
      queue.writeZeroes(1, 0, 1, 3);
      queue.flush(1, 4);
      queue.flush(-1, 5);
      Setup.finish(queue, outcomes);
      outcomes.assertStatus(StatusCode.UNRECOVERED_READ_ERROR, false, 1);
      outcomes.assertStatus(StatusCode.CAPACITY_EXCEEDED, true, 2);
      outcomes.assertStatus(StatusCode.INTERNAL_ERROR, false, 3);
      outcomes.assertStatus(StatusCode.WRITE_FAULT, false, 4);
      outcomes.assertStatus(StatusCode.WRITE_FAULT, false, 5);
      queue.close();
      NvmeException unclean = assertThrows(NvmeException.class, controller::close);
      assertTrue(unclean.getMessage().contains("shutting down"), unclean.getMessage());
      controller.close();
    }
  }

  @Test
  void writeProtectedNamespaces() throws Exception {
    ModelBuilder builder = ModelController.builder().namespace(new Broken(1 << 20, true), 512);
    try (ModelController model = builder.build()) {
      Controller controller = Controller.start(model, ControllerOptions.DEFAULT);
      assertTrue(controller.namespace(1).readOnly());
      DmaBuffer buffer = controller.dma().allocate(4096, 4096);
      Outcomes outcomes = new Outcomes();
      QueuePair queue = controller.openQueuePair(16);
      queue.write(1, 0, 1, buffer.iova(), 1);
      queue.writeZeroes(1, 0, 1, 2);
      queue.deallocate(1, 0, 1, 3);
      buffer.memory().set(JAVA_LONG, 0, 2L << 32); // two blocks
      buffer.memory().set(JAVA_LONG, NvmOpcode.DSM_RANGE_LBA, 2047);
      long deallocate = (long) NvmOpcode.DSM_DEALLOCATE << 32;
      int management = NvmOpcode.DATASET_MANAGEMENT;
      queue.command(management, 1, deallocate, 0, 0, buffer.iova(), NvmOpcode.DSM_RANGE_SIZE, 4);
      Setup.finish(queue, outcomes);
      outcomes.assertStatus(StatusCode.NAMESPACE_IS_WRITE_PROTECTED, true, 1);
      outcomes.assertStatus(StatusCode.NAMESPACE_IS_WRITE_PROTECTED, true, 2);
      outcomes.assertStatus(StatusCode.NAMESPACE_IS_WRITE_PROTECTED, true, 3);
      outcomes.assertStatus(StatusCode.LBA_OUT_OF_RANGE, true, 4);
    }
  }
}
