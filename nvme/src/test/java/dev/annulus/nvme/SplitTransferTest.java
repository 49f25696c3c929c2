// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers longer than a command of the controller may be. */
@Timeout(60)
class SplitTransferTest {
  private static final int BLOCKS = 2048;
  private static final int BLOCK = Setup.BLOCK;

  /** 8 KiB a command: 16 blocks. */
  private static final int AT_ONCE = 16;

  private static final int DEPTH = 31;

  private final Trouble trouble = new Trouble();

  private Setup setup(boolean threaded) throws NvmeException {
    ModelBuilder builder =
        ModelController.builder()
            .namespace(Backing.memory(BLOCKS * BLOCK), BLOCK)
            .namespace(Backing.memory(1 << 20), BLOCK, new BlockMetadata(8, false, 1, false))
            .namespace(Backing.memory(1 << 20), BLOCK, new BlockMetadata(12, true, 2, false))
            .maxTransfer(1)
            .threaded(threaded)
            .faults(trouble);
    return new Setup(builder, ControllerOptions.DEFAULT, DEPTH + 1);
  }

  private static byte[] bytes(Setup setup, long at, int length) {
    byte[] copy = new byte[length];
    MemorySegment.copy(setup.buffer.memory(), JAVA_BYTE, at, copy, 0, length);
    return copy;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anyLengthAtAnyPlaceInAnyOrder(boolean threaded) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Random order = new Random(seed);
    trouble.held = command -> order.nextInt(4);
    try (Setup setup = setup(threaded)) {
      for (int round = 0; round < 200; round++) {
        int blocks = 1 + random.nextInt(DEPTH * AT_ONCE);
        int lba = random.nextInt(BLOCKS - blocks + 1);
        long in = random.nextInt(1024) * 4L;
        long out = (1 << 19) + random.nextInt(1024) * 4L;
        byte[] data = new byte[blocks * BLOCK];
        random.nextBytes(data);
        MemorySegment.copy(data, 0, setup.buffer.memory(), JAVA_BYTE, in, data.length);
        setup.buffer.memory().set(JAVA_BYTE, out + data.length, (byte) 0x5A);
        setup.outcomes.clear();
        assertTrue(setup.queue.write(1, lba, blocks, setup.buffer.iova() + in, 1));
        assertEquals((blocks + AT_ONCE - 1) / AT_ONCE, setup.queue.inFlight());
        setup.finish();
        assertTrue(setup.queue.read(1, lba, blocks, setup.buffer.iova() + out, 2));
        setup.finish();
        assertTrue(setup.queue.compare(1, lba, blocks, setup.buffer.iova() + in, 3));
        setup.finish();
        assertEquals(3, setup.outcomes.size(), "each completes once");
        for (int token = 1; token <= 3; token++) {
          setup.outcomes.assertOk(token);
        }
        assertArrayEquals(data, bytes(setup, out, data.length), "seed " + seed);
        assertEquals(0x5A, bytes(setup, out + data.length, 1)[0], "one byte too far");
      }
      assertEquals(0, setup.queue.counters().badHeads());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void metadataGoesWithItsBlocks(int nsid) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Random order = new Random(seed);
    trouble.held = command -> order.nextInt(4);
    try (Setup setup = setup(true)) {
      NvmCommands nvm = setup.queue.nvm(nsid).withProtection(Protection.BY_HOST);
      for (int round = 0; round < 100; round++) {
        int blocks = 1 + random.nextInt(nvm.longestTransfer());
        long lba = random.nextInt((int) nvm.namespace().blocks() - blocks + 1);
        FormattedBlocks out =
            new FormattedBlocks(setup.buffer, random.nextInt(1024) * 4L, nvm.namespace(), blocks)
                .random(round)
                .generate(lba, Protection.BY_HOST);
        FormattedBlocks in =
            new FormattedBlocks(setup.buffer, (1 << 19) + 4, nvm.namespace(), blocks);
        setup.outcomes.clear();
        assertTrue(out.write(nvm, lba, 1));
        setup.finish();
        assertTrue(in.read(nvm, lba, 2));
        setup.finish();
        assertTrue(out.compare(nvm, lba, 3));
        setup.finish();
        for (int token = 1; token <= 3; token++) {
          setup.outcomes.assertOk(token);
        }
        assertArrayEquals(out.data(), in.data(), "seed " + seed);
        assertArrayEquals(out.metadata(), in.metadata(), "seed " + seed);
      }
    }
  }

  /** A pair may not be split: it would be two that are not one. */
  @Test
  void pairsAreNotSplit() throws Exception {
    try (Setup setup = setup(false)) {
      NvmCommands nvm = setup.queue.nvm(1);
      long iova = setup.buffer.iova();
      assertTrue(nvm.compareAndWrite(0, AT_ONCE, iova, iova, 1));
      assertTrue(nvm.read(0, 3 * AT_ONCE, iova, 2));
      assertTrue(nvm.compareAndWrite(0, 1, iova, iova, 3));
      assertEquals(7, setup.queue.inFlight());
      setup.finish();
      assertEquals(3, setup.outcomes.size());
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> nvm.compareAndWrite(0, AT_ONCE + 1, iova, iova, 4));
      assertTrue(e.getMessage().contains("at most 16 at once"), e.getMessage());
    }
  }

  @Test
  void manyAtOnceAmongShortOnes() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Random order = new Random(seed);
    trouble.held = command -> order.nextInt(6);
    try (Setup setup = setup(true)) {
      int submitted = 0;
      int refused = 0;
      while (submitted < 20_000) {
        int blocks = random.nextBoolean() ? 1 : 1 + random.nextInt(8 * AT_ONCE);
        if (setup.queue.read(1, random.nextInt(1024), blocks, setup.buffer.iova(), submitted)) {
          submitted++;
        } else {
          refused++;
          setup.queue.ring();
          setup.queue.poll(setup.outcomes, 1 + random.nextInt(40));
        }
      }
      setup.finish();
      assertEquals(submitted, setup.outcomes.size(), "seed " + seed);
      assertTrue(refused > 0);
      for (long token = 0; token < submitted; token++) {
        setup.outcomes.assertOk(token);
      }
    }
  }

  @Test
  void allOfItsCommandsOrNone() throws Exception {
    trouble.held = command -> Faults.FOREVER;
    try (Setup setup = setup(false)) {
      int most = (int) (setup.queue.longestTransfer(1) / BLOCK);
      assertEquals(DEPTH * AT_ONCE, most);
      long iova = setup.buffer.iova();
      assertThrows(IllegalArgumentException.class, () -> setup.queue.read(1, 0, most + 1, iova, 1));
      assertTrue(setup.queue.read(1, 0, 1, iova, 1));
      assertFalse(setup.queue.read(1, 0, most, iova, 2), "one place too few");
      assertEquals(1, setup.queue.inFlight());
      assertTrue(setup.queue.read(1, 0, most - AT_ONCE, iova, 3));
      assertEquals(DEPTH, setup.queue.inFlight());
      assertFalse(setup.queue.flush(1, 4));
      setup.queue.ring();
      setup.controller.reset();
      Trouble.until(
          "both", () -> setup.outcomes.size() == 2, () -> setup.queue.poll(setup.outcomes, 1));
      setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, 1);
      setup.outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, 3);
      trouble.held = command -> 0;
      Trouble.until("room", () -> setup.queue.read(1, 0, most, iova, 5), setup.queue::ring);
      setup.finish();
      setup.outcomes.assertOk(5);
    }
  }

  @Test
  void theFirstErrorIsTheWholes() throws Exception {
    int failure = StatusCode.UNRECOVERED_READ_ERROR.value | NvmeStatus.DO_NOT_RETRY;
    trouble.io = command -> command.cdw10 == 32 ? failure : command.cdw10 == 64 ? 6 : 0;
    try (Setup setup = setup(false)) {
      assertTrue(setup.queue.read(1, 0, 6 * AT_ONCE, setup.buffer.iova(), 1));
      assertTrue(setup.queue.read(1, 6 * AT_ONCE, 6 * AT_ONCE, setup.buffer.iova(), 2));
      setup.finish();
      assertEquals(2, setup.outcomes.size());
      assertEquals(failure, setup.outcomes.status(1));
      setup.outcomes.assertOk(2);
      assertEquals(12, setup.queue.counters().completions());
    }
  }

  @Test
  void aPartThatTakesTooLongIsAborted() throws Exception {
    trouble.held = command -> command.cdw10 == 32 ? Faults.FOREVER : 0;
    ModelBuilder builder =
        ModelController.builder()
            .namespace(Backing.memory(BLOCKS * BLOCK), BLOCK)
            .maxTransfer(1)
            .faults(trouble);
    try (Setup setup =
        new Setup(builder, ControllerOptions.DEFAULT.withIoTimeoutMillis(40), DEPTH + 1)) {
      assertTrue(setup.queue.read(1, 0, 4 * AT_ONCE, setup.buffer.iova(), 1));
      setup.finish();
      setup.outcomes.assertStatus(StatusCode.COMMAND_ABORTED_BY_HOST, false, 1);
      Trouble.assertCounters(1, 0, 0, setup.controller);
    }
  }
}
