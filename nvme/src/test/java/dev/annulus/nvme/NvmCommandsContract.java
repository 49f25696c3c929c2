// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * The commands of the NVM command set that not every controller has; the same for each kind of
 * controller that has them.
 */
@Timeout(60)
abstract class NvmCommandsContract extends DeviceContract {
  /**
   * A transport to a controller whose first namespace is of data alone, of 1,024 blocks or more.
   */
  @Override
  abstract Transport open() throws Exception;

  private static final int BUFFER = 1 << 20;
  private static final int DEPTH = 15;

  private NvmCommands nvm;
  private int block;

  NvmCommandsContract() {
    super(DEPTH, BUFFER);
  }

  @BeforeEach
  void start() {
    nvm = queue.nvm(1);
    block = nvm.namespace().blockSize();
  }

  private byte[] random(int blocks, long at) {
    byte[] data = new byte[blocks * block];
    new Random(at).nextBytes(data);
    MemorySegment.copy(data, 0, buffer.memory(), JAVA_BYTE, at, data.length);
    return data;
  }

  /** Fills blocks with a byte each. */
  private void fill(long lba, int blocks, int value) throws NvmeException {
    buffer.memory().asSlice(0, (long) blocks * block).fill((byte) value);
    assertOk(nvm.write(lba, blocks, buffer.iova(), 999));
  }

  private byte[] read(long lba, int blocks) throws NvmeException {
    assertOk(nvm.read(lba, blocks, buffer.iova() + BUFFER / 2, 999));
    return bytes(BUFFER / 2, blocks * block);
  }

  private void assertOk(boolean accepted) throws NvmeException {
    assertEquals("Successful Completion", NvmeStatus.name(finish(accepted)));
  }

  private void assertFails(StatusCode status, boolean accepted) throws NvmeException {
    int how = finish(accepted);
    assertEquals(status, StatusCode.of(how), NvmeStatus.describe(how));
  }

  /** The status of the one command that is in flight. */
  private int finish(boolean accepted) throws NvmeException {
    assertTrue(accepted, "the queue is full");
    outcomes.clear();
    Setup.finish(queue, outcomes);
    assertEquals(1, outcomes.size(), "completed once");
    return outcomes.status(outcomes.order().getFirst());
  }

  private void assumeOffered(int bit, String command) {
    boolean offered = (controller.info().optionalCommands() & bit) != 0;
    assumeTrue(offered, "the controller does not offer " + command);
  }

  private void assumeFused() {
    assumeTrue(
        nvm.namespace().limits().compareAndWriteBlocks() > 0,
        "the controller does not offer fused Compare and Write");
  }

  private void assumeCopy() {
    assumeTrue(nvm.namespace().limits().copy().most() > 0, "the controller does not offer Copy");
  }

  private static void assertRefused(String words, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void writesWhatIsAsExpected() throws Exception {
    assumeFused();
    byte[] before = random(4, 0);
    byte[] after = random(4, 65_536);
    long iova = buffer.iova();
    assertOk(nvm.write(10, 4, iova, 1));
    assertOk(nvm.compareAndWrite(10, 4, iova, iova + 65_536, 2));
    assertArrayEquals(after, read(10, 4));
    assertFails(StatusCode.COMPARE_FAILURE, nvm.compareAndWrite(10, 4, iova, iova + 65_536, 3));
    assertOk(nvm.compareAndWrite(10, 4, iova + 65_536, iova, 4));
    assertFails(StatusCode.COMPARE_FAILURE, nvm.compareAndWrite(10, 4, iova + 65_536, iova, 5));
    assertArrayEquals(before, read(10, 4), "nothing was written");
    assertFails(
        StatusCode.COMPARE_FAILURE,
        nvm.withForceUnitAccess().compareAndWrite(10, 4, iova + 65_536, iova, 6));
  }

  /** Each pair begins where the one before ended: also at the last entry, and across the wrap. */
  @Test
  void pairsAtEveryPlaceOfTheQueue() throws Exception {
    assumeFused();
    fill(0, 1, 0);
    long iova = buffer.iova();
    for (int round = 0; round < 200; round++) {
      for (int single = 0; single < round % 3; single++) {
        assertTrue(queue.flush(1, 100 + single));
      }
      buffer.memory().set(JAVA_BYTE, 0, (byte) round);
      buffer.memory().set(JAVA_BYTE, block, (byte) (round + 1));
      assertTrue(nvm.compareAndWrite(0, 1, iova, iova + block, 1));
      assertTrue(nvm.compareAndWrite(0, 1, iova, iova + block, 2));
      long doorbells = queue.counters().submissionDoorbells();
      outcomes.clear();
      Setup.finish(queue, outcomes);
      assertEquals(doorbells + 1, queue.counters().submissionDoorbells());
      outcomes.assertOk(1);
      outcomes.assertStatus(StatusCode.COMPARE_FAILURE, false, 2);
      assertEquals(2 + round % 3, outcomes.size());
    }
    assertEquals(0, queue.counters().badHeads());
  }

  @Test
  void aPairNeedsTwoPlaces() throws Exception {
    assumeFused();
    long iova = buffer.iova();
    for (int i = 0; i < DEPTH - 1; i++) {
      assertTrue(queue.flush(1, i));
    }
    assertFalse(nvm.compareAndWrite(0, 1, iova, iova, 100));
    assertEquals(DEPTH - 1, queue.inFlight(), "neither of the two");
    assertTrue(queue.flush(1, 50));
    assertFalse(nvm.compareAndWrite(0, 1, iova, iova, 100));
    Setup.finish(queue, outcomes);
    assertOk(nvm.compareAndWrite(0, 1, iova, iova, 101));
    try (QueuePair one = controller.openQueuePair(2)) {
      assertRefused("two places", () -> one.nvm(1).compareAndWrite(0, 1, iova, iova, 1));
    }
    int over = nvm.namespace().limits().compareAndWriteBlocks() + 1;
    assertRefused("at most", () -> nvm.compareAndWrite(0, over, iova, iova, 1));
  }

  @Test
  void unreadableUntilWrittenAgain() throws Exception {
    assumeOffered(Identify.ONCS_WRITE_UNCORRECTABLE, "Write Uncorrectable");
    fill(20, 10, 7);
    assertOk(nvm.writeUncorrectable(22, 4, 1));
    assertFails(StatusCode.UNRECOVERED_READ_ERROR, nvm.read(20, 10, buffer.iova(), 2));
    assertFails(StatusCode.UNRECOVERED_READ_ERROR, nvm.read(25, 1, buffer.iova(), 3));
    assertFails(StatusCode.UNRECOVERED_READ_ERROR, nvm.verify(21, 2, 4));
    assertOk(nvm.read(20, 2, buffer.iova(), 5));
    assertOk(nvm.verify(26, 4, 6));
    fill(23, 1, 8);
    assertEquals(8, read(23, 1)[0]);
    assertFails(StatusCode.UNRECOVERED_READ_ERROR, nvm.read(22, 1, buffer.iova(), 7));
    assertFails(StatusCode.UNRECOVERED_READ_ERROR, nvm.read(24, 2, buffer.iova(), 8));
    assertOk(nvm.writeZeroes(22, 1, false, 9));
    assertOk(nvm.deallocate(24, 2, 10));
    assertEquals(0, read(22, 1)[0]);
    assertOk(nvm.read(20, 10, buffer.iova(), 11));
  }

  @Test
  void verifies() throws Exception {
    assumeOffered(Identify.ONCS_VERIFY, "Verify");
    fill(0, 16, 1);
    assertOk(nvm.verify(0, 16, 1));
    assertOk(nvm.withForceUnitAccess().verify(5, 1, 2));
  }

  @Test
  void copiesRangesInTheirOrder() throws Exception {
    assumeCopy();
    byte[] data = random(32, 0);
    assertOk(nvm.write(100, 32, buffer.iova(), 1));
    try (CopyRanges ranges = CopyRanges.allocate(controller.dma(), 4)) {
      ranges.add(120, 5).add(100, 1).add(130, 2);
      assertOk(nvm.copy(ranges, 200, 2));
      byte[] expected = new byte[8 * block];
      System.arraycopy(data, 20 * block, expected, 0, 5 * block);
      System.arraycopy(data, 0, expected, 5 * block, block);
      System.arraycopy(data, 30 * block, expected, 6 * block, 2 * block);
      assertArrayEquals(expected, read(200, 8));
      ranges.clear().add(100, 32);
      assertOk(nvm.copy(ranges, 300, 3));
      assertArrayEquals(data, read(300, 32));
    }
  }

  @Test
  void copiesAsFarAsTheLimits() throws Exception {
    assumeCopy();
    NvmLimits limits = nvm.namespace().limits();
    byte[] data = random(1, 0);
    assertOk(nvm.write(0, 1, buffer.iova(), 1));
    int most = (int) Math.min(limits.copy().most(), limits.copy().total());
    try (CopyRanges ranges = CopyRanges.allocate(controller.dma(), 256)) {
      for (int i = 0; i < most; i++) {
        ranges.add(0, 1);
      }
      assertOk(nvm.copy(ranges, 500, 2));
      assertArrayEquals(data, read(500, 1));
      assertArrayEquals(data, read(500 + most - 1, 1));
      if (most < 256) {
        ranges.add(0, 1);
        assertRefused("at once", () -> nvm.copy(ranges, 500, 3));
      }
      if (limits.copy().longest() < 65_536) {
        ranges.clear().add(0, (int) limits.copy().longest() + 1);
        assertRefused("a range", () -> nvm.copy(ranges, 0, 3));
      }
      assertRefused("1 to", () -> nvm.copy(ranges.clear(), 0, 3));
      ranges.add(nvm.namespace().blocks(), 1);
      assertRefused("it has", () -> nvm.copy(ranges, 0, 3));
      ranges.clear().add(0, 2);
      assertRefused("it has", () -> nvm.copy(ranges, nvm.namespace().blocks() - 1, 3));
      assertEquals(0, queue.inFlight());
    }
  }

  @Test
  void deallocatesManyRanges() throws Exception {
    assumeOffered(Identify.ONCS_DSM, "Dataset Management");
    int most = NvmOpcode.MAX_RANGES;
    for (int lba = 0; lba < 2 * most; lba += 64) {
      fill(lba, 64, 1);
    }
    try (DatasetRanges ranges = DatasetRanges.allocate(controller.dma(), most)) {
      for (int i = 0; i < most; i++) {
        ranges.add(2L * i, 1, DatasetRanges.SEQUENTIAL_READ | DatasetRanges.WRITE_PREPARE);
      }
      assertThrows(IllegalStateException.class, () -> ranges.add(0, 1));
      int hints = DatasetRanges.INTEGRAL_READ | DatasetRanges.INTEGRAL_WRITE;
      assertOk(nvm.manage(ranges, hints, 1));
      assertEquals(1, read(0, 1)[0], "a hint changes nothing");
      assertOk(nvm.manage(ranges, DatasetRanges.DEALLOCATE | hints, 2));
      for (int i = 0; i < 2 * most; i += 64) {
        byte[] now = read(i, 64);
        for (int j = 1; j < 64; j += 2) {
          assertEquals(1, now[j * block], "block " + (i + j));
        }
      }
      assertRefused("1 to", () -> nvm.manage(ranges.clear(), 0, 3));
      ranges.add(nvm.namespace().blocks() - 1, 2);
      assertRefused("it has", () -> nvm.manage(ranges, 0, 3));
      assertRefused("3 bits", () -> nvm.manage(ranges.clear().add(0, 1), 8, 3));
    }
  }

  @Test
  void zeroesThatMayDeallocate() throws Exception {
    assumeOffered(Identify.ONCS_WRITE_ZEROES, "Write Zeroes");
    fill(40, 8, 3);
    boolean may = nvm.namespace().limits().zeroesDeallocate();
    assertOk(nvm.withForceUnitAccess().writeZeroes(41, 6, may, 1));
    byte[] now = read(40, 8);
    assertEquals(3, now[0]);
    assertEquals(3, now[7 * block]);
    assertArrayEquals(new byte[6 * block], Arrays.copyOfRange(now, block, 7 * block));
    if (!may) {
      UnsupportedOperationException e =
          assertThrows(UnsupportedOperationException.class, () -> nvm.writeZeroes(41, 6, true, 2));
      assertTrue(e.getMessage().contains("does not offer it"), e.getMessage());
    }
  }

  @Test
  void unitAccessAndLimitedRetryOfEveryTransfer() throws Exception {
    byte[] data = random(3, 0);
    NvmCommands both = nvm.withForceUnitAccess().withLimitedRetry();
    assertOk(both.write(60, 3, buffer.iova(), 1));
    assertOk(both.read(60, 3, buffer.iova() + 65_536, 2));
    assertArrayEquals(data, bytes(65_536, data.length));
    int long1 = Math.min(both.longestTransfer(), BUFFER / 2 / block);
    assertOk(both.read(0, long1, buffer.iova(), 3));
  }

  @Test
  void theDeviceToldSoRefusesBlocksThatAreNotThere() throws Exception {
    long end = nvm.namespace().blocks();
    long iova = buffer.iova();
    long[][] commands = {
      {NvmOpcode.READ, end, 0, 1},
      {NvmOpcode.READ, end - 1, 1, 2},
      {NvmOpcode.WRITE, -1, 0, 1},
      {NvmOpcode.WRITE_ZEROES, Long.MAX_VALUE, 0xFFFF, 0}
    };
    for (long[] each : commands) {
      long bytes = each[3] * block;
      boolean accepted =
          queue.command((int) each[0], 1, each[1], each[2], 0, bytes == 0 ? 0 : iova, bytes, 1);
      assertFails(StatusCode.LBA_OUT_OF_RANGE, accepted);
    }
  }

  @Test
  void blocksThatAreNotThereAreRefused() throws Exception {
    long end = nvm.namespace().blocks();
    long iova = buffer.iova();
    for (long lba : new long[] {end, end - 1, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertRefused("it has", () -> nvm.read(lba, 2, iova, 1));
      assertRefused("it has", () -> nvm.write(lba, 2, iova, 1));
      assertRefused("it has", () -> queue.read(1, lba, 2, iova, 1));
      assertRefused("it has", () -> queue.writeThrough(1, lba, 2, iova, 1));
    }
    assertRefused("1 to", () -> nvm.read(0, 0, iova, 1));
    assertRefused("1 to", () -> nvm.read(0, nvm.longestTransfer() + 1, iova, 1));
    assertRefused("multiple of 4", () -> nvm.write(0, 1, iova + 1, 1));
    assertRefused("leave the address out", () -> nvm.read(0, 1, iova, iova, 1));
    assertRefused("none of the controller's", () -> queue.nvm(77));
    assertRefused("no protection information", () -> nvm.withProtection(Protection.BY_CONTROLLER));
    assertEquals(0, queue.inFlight());
  }

  @Test
  void blocksOfCommandsWithoutDataAreRefusedToo() throws Exception {
    assumeOffered(
        Identify.ONCS_WRITE_ZEROES | Identify.ONCS_DSM, "Write Zeroes or Dataset Management");
    long end = nvm.namespace().blocks();
    assertRefused("it has", () -> queue.writeZeroes(1, end, 1, 1));
    assertRefused("it has", () -> queue.deallocate(1, end - 1, 2, 1));
    assertRefused("1 to 65,536", () -> nvm.writeZeroes(0, 65_537, false, 1));
    assertRefused("at least 1", () -> nvm.deallocate(0, 0, 1));
    assertEquals(0, queue.inFlight());
  }
}
