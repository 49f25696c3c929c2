// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the driver and a controller do together; the same for each kind of controller. */
@Timeout(60)
abstract class ControllerContract extends DeviceContract {
  /** A transport to a controller whose first namespace is empty. */
  @Override
  abstract Transport open() throws Exception;

  /** Bytes of a block of its first namespace. */
  int blockSize() {
    return 512;
  }

  /** Blocks of its first namespace. */
  long blocks() {
    return 8192;
  }

  /** Whether doorbells are in memory where the options do not forbid it. */
  boolean shadowDoorbells() {
    return false;
  }

  private static final int BUFFER = 4 << 20;
  private static final int DEPTH = 63;

  ControllerContract() {
    super(DEPTH, BUFFER);
  }

  private void put(long offset, byte[] data) {
    MemorySegment.copy(data, 0, buffer.memory(), JAVA_BYTE, offset, data.length);
  }

  private void finish() throws NvmeException {
    Setup.finish(queue, outcomes);
  }

  private void submitted(boolean accepted) {
    assertTrue(accepted, "the queue is full");
  }

  @Test
  void tellsWhatItIs() throws Exception {
    ControllerInfo info = controller.info();
    assertFalse(info.model().isEmpty());
    assertFalse(info.serial().isEmpty());
    assertTrue(info.version().matches("\\d+\\.\\d+\\.\\d+"), info.version());
    assertTrue(info.queuePairs() >= 1);
    boolean shadow = shadowDoorbells() && options().shadowDoorbells();
    assertEquals(shadow, controller.usesShadowDoorbells());
    assertTrue(info.maxTransferBytes() >= 4096 && info.maxTransferBytes() <= 1 << 20);
    Namespace namespace = controller.namespaces().getFirst();
    assertEquals(blockSize(), namespace.blockSize());
    assertEquals(blocks() * blockSize(), namespace.size());
    assertEquals(namespace, controller.namespace(1));
    assertTrue(
        assertThrows(NvmeException.class, () -> controller.namespace(77))
            .getMessage()
            .contains("no such active namespace"));
  }

  @Test
  void readsWhatWasWritten() throws Exception {
    byte[] data = new byte[8 * blockSize()];
    new Random(1).nextBytes(data);
    put(0, data);
    submitted(queue.write(1, 100, 8, buffer.iova(), 1));
    finish();
    outcomes.assertOk(1);
    submitted(queue.read(1, 100, 8, buffer.iova() + 65_536, 2));
    finish();
    outcomes.assertOk(2);
    assertArrayEquals(data, bytes(65_536, data.length));
  }

  @Test
  void firstAndLastBlock() throws Exception {
    put(0, new byte[] {1});
    put(4096, new byte[] {2});
    submitted(queue.write(1, 0, 1, buffer.iova(), 1));
    submitted(queue.write(1, blocks() - 1, 1, buffer.iova() + 4096, 2));
    finish();
    submitted(queue.read(1, 0, 1, buffer.iova() + 8192, 3));
    submitted(queue.read(1, blocks() - 1, 1, buffer.iova() + 12_288, 4));
    finish();
    for (int token = 1; token <= 4; token++) {
      outcomes.assertOk(token);
    }
    assertEquals(1, bytes(8192, 1)[0]);
    assertEquals(2, bytes(12_288, 1)[0]);
  }

  /** Every transfer's data against an array, at depth, for commands that do not overlap. */
  @Test
  void manyRandomTransfersKeepTheData() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int window = (int) Math.min(blocks(), 4096);
    int slice = Math.min(window / DEPTH, 60 * 1024 / blockSize());
    byte[] expected = new byte[window * blockSize()];
    for (int round = 0; round < 60; round++) {
      outcomes.clear();
      boolean write = random.nextInt(3) != 0;
      int[] from = new int[DEPTH];
      int[] length = new int[DEPTH];
      for (int i = 0; i < DEPTH; i++) {
        length[i] = 1 + random.nextInt(slice);
        from[i] = i * slice + random.nextInt(slice - length[i] + 1);
        long at = place(i, random);
        byte[] data = new byte[length[i] * blockSize()];
        if (write) {
          random.nextBytes(data);
          put(at, data);
          System.arraycopy(data, 0, expected, from[i] * blockSize(), data.length);
          submitted(queue.write(1, from[i], length[i], buffer.iova() + at, at));
        } else {
          submitted(queue.read(1, from[i], length[i], buffer.iova() + at, at));
        }
        if (random.nextInt(8) == 0) {
          queue.ring();
        }
        placed[i] = at;
      }
      finish();
      for (int i = 0; i < DEPTH; i++) {
        outcomes.assertOk(placed[i]);
        int begin = from[i] * blockSize();
        byte[] want = Arrays.copyOfRange(expected, begin, begin + length[i] * blockSize());
        assertArrayEquals(want, bytes(placed[i], want.length), "seed " + seed + ", " + round);
      }
    }
    assertEquals(0, queue.counters().spurious());
    assertEquals(0, queue.counters().badHeads());
  }

  private final long[] placed = new long[DEPTH];

  /** A place of its own for each of the commands, at any multiple of 4. */
  private long place(int index, Random random) {
    return (long) index * 65_536 + random.nextInt(4096 / 4) * 4;
  }

  @Test
  void everyAlignmentAndLengthAcrossPages() throws Exception {
    int most = (int) Math.min(queue.maxTransfer(), 256 * 1024);
    for (int offset : new int[] {0, 4, 512, 4092}) {
      for (int length = blockSize(); length <= most; length *= 2) {
        outcomes.clear();
        byte[] data = new byte[length];
        new Random(offset + length).nextBytes(data);
        put(offset, data);
        long back = (2 << 20) + offset;
        put(back + length, new byte[] {0x5A});
        submitted(queue.write(1, 7, length / blockSize(), buffer.iova() + offset, 1));
        finish();
        submitted(queue.read(1, 7, length / blockSize(), buffer.iova() + back, 2));
        finish();
        outcomes.assertOk(1);
        outcomes.assertOk(2);
        assertArrayEquals(data, bytes(back, length), offset + " + " + length);
        assertEquals(0x5A, bytes(back + length, 1)[0], "one byte too far");
      }
    }
  }

  @Test
  void queueWrapsManyTimes() throws Exception {
    for (int i = 0; i < 1000; i++) {
      outcomes.clear();
      for (int j = 0; j <= i % DEPTH; j++) {
        submitted(queue.read(1, j, 1, buffer.iova() + j * 4096L, j));
      }
      finish();
      assertEquals(i % DEPTH + 1, outcomes.size());
    }
    QueueCounters counters = queue.counters();
    assertEquals(counters.commands(), counters.completions());
    long rung = counters.submissionDoorbells();
    assertTrue(controller.usesShadowDoorbells() ? rung <= 1000 : rung == 1000, counters::toString);
    assertEquals(0, counters.spurious());
  }

  @Test
  void refusesWhenFullAndGoesOnAfterwards() throws Exception {
    assertEquals(DEPTH, queue.capacity());
    for (int i = 0; i < DEPTH; i++) {
      submitted(queue.flush(1, i));
    }
    assertFalse(queue.flush(1, 1000));
    finish();
    assertEquals(DEPTH, outcomes.size());
    submitted(queue.flush(1, 1000));
    finish();
    outcomes.assertOk(1000);
  }

  @Test
  void writeZeroesAndDeallocate() throws Exception {
    byte[] ones = new byte[16 * blockSize()];
    Arrays.fill(ones, (byte) 1);
    put(0, ones);
    submitted(queue.write(1, 0, 16, buffer.iova(), 1));
    finish();
    submitted(queue.writeZeroes(1, 4, 4, 2));
    finish();
    submitted(queue.deallocate(1, 8, 4, 3));
    finish();
    submitted(queue.read(1, 0, 16, buffer.iova(), 4));
    finish();
    for (int token = 1; token <= 4; token++) {
      outcomes.assertOk(token);
    }
    byte[] now = bytes(0, ones.length);
    for (int block = 0; block < 16; block++) {
      boolean zeroed = block >= 4 && block < 8;
      boolean deallocated = block >= 8 && block < 12; // reads as whatever the device likes
      if (!deallocated) {
        assertEquals(zeroed ? 0 : 1, now[block * blockSize()], "block " + block);
      }
    }
  }

  @Test
  void compares() throws Exception {
    byte[] data = new byte[32 * blockSize()];
    new Random(2).nextBytes(data);
    put(8, data);
    submitted(queue.write(1, 40, 32, buffer.iova() + 8, 1));
    finish();
    submitted(queue.compare(1, 40, 32, buffer.iova() + 8, 2));
    finish();
    outcomes.assertOk(2);
    buffer.memory().set(JAVA_BYTE, 8 + data.length - 1, (byte) ~data[data.length - 1]);
    submitted(queue.compare(1, 40, 32, buffer.iova() + 8, 3));
    finish();
    assertEquals(StatusCode.COMPARE_FAILURE, StatusCode.of(outcomes.status(3)));
  }

  @Test
  void namespacesAndOpcodesThatAreNotThere() throws Exception {
    // Above all that there may be: one that is only not there now is an invalid field.
    int nowhere = 0x7777_7777;
    submitted(queue.command(NvmOpcode.READ, nowhere, 0, 0, 0, buffer.iova(), 512, 1));
    submitted(queue.command(0x7E, 1, 0, 0, 0, 0, 0, 2));
    finish();
    outcomes.assertStatus(StatusCode.INVALID_NAMESPACE_OR_FORMAT, true, 1);
    outcomes.assertStatus(StatusCode.INVALID_COMMAND_OPCODE, true, 2);
    assertThrows(IllegalArgumentException.class, () -> queue.read(77, 0, 1, buffer.iova(), 3));
  }

  @Test
  void transfersBeyondTheControllersLimit() throws Exception {
    // 32 MiB and more, as the device reads it.
    submitted(queue.command(NvmOpcode.READ, 1, 0, 0xFFFF, 0, buffer.iova(), 4096, 1));
    finish();
    assertNotEquals(NvmeStatus.SUCCESS, outcomes.status(1));
    int over = (int) (queue.longestTransfer(1) / blockSize()) + 1;
    assertThrows(IllegalArgumentException.class, () -> queue.read(1, 0, over, buffer.iova(), 2));
    assertThrows(IllegalArgumentException.class, () -> queue.read(1, 0, 0, buffer.iova(), 2));
    assertThrows(IllegalArgumentException.class, () -> queue.read(1, 0, 1, buffer.iova() + 2, 2));
    assertEquals(0, queue.inFlight());
  }

  @Test
  void queuePairsCanBeOpenedAndClosedAgain() throws Exception {
    for (int i = 0; i < 50; i++) {
      try (QueuePair extra = controller.openQueuePair(2 + i)) {
        assertTrue(extra.id() > 1);
        assertTrue(extra.read(1, 0, 1, buffer.iova(), i));
        Setup.finish(extra, outcomes);
        outcomes.assertOk(i);
      }
    }
  }

  @Test
  void noMoreQueuePairsThanGranted() throws Exception {
    int granted = controller.info().queuePairs();
    List<QueuePair> extra = new ArrayList<>();
    for (int i = 1; i < granted; i++) {
      extra.add(controller.openQueuePair(4));
    }
    NvmeException e = assertThrows(NvmeException.class, () -> controller.openQueuePair(4));
    assertTrue(e.getMessage().contains("all " + granted + " queue pairs"), e.getMessage());
    extra.getFirst().close();
    extra.set(0, controller.openQueuePair(4));
    for (QueuePair each : extra) {
      each.close();
    }
  }

  @Test
  void startsAgainAfterAShutdown() throws Exception {
    put(0, new byte[] {42});
    submitted(queue.write(1, 5, 1, buffer.iova(), 1));
    finish();
    queue.close();
    controller.close();
    controller = Controller.start(transport, options());
    queue = controller.openQueuePair(DEPTH + 1);
    put(0, new byte[] {0});
    submitted(queue.read(1, 5, 1, buffer.iova(), 2));
    finish();
    outcomes.assertOk(2);
    assertEquals(42, bytes(0, 1)[0]);
  }

  @Test
  void resetsEndWhatIsInFlightOnceAndTheQueueGoesOn() throws Exception {
    for (int round = 0; round < 10; round++) {
      outcomes.clear();
      for (int i = 0; i < DEPTH; i++) {
        long at = i;
        Trouble.until("room", () -> queue.read(1, at, 1, buffer.iova(), at), queue::ring);
      }
      queue.ring();
      controller.reset();
      finish();
      assertEquals(DEPTH, outcomes.size());
      for (int i = 0; i < DEPTH; i++) {
        int status = outcomes.status(i);
        assertTrue(status == 0 || status == StatusCode.HOST_PATHING_ERROR.value, "" + status);
      }
    }
    Trouble.until("room", () -> queue.read(1, 9, 1, buffer.iova(), 100), queue::ring);
    finish();
    outcomes.assertOk(100);
    Trouble.assertCounters(0, 10, 0, controller);
  }

  @Test
  void closedControllersOpenNothing() throws Exception {
    controller.close();
    controller.close();
    assertThrows(IllegalStateException.class, () -> controller.openQueuePair(8));
    assertThrows(IllegalStateException.class, () -> queue.flush(1, 1), "its memory is freed");
  }
}
