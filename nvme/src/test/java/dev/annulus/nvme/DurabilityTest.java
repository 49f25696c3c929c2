// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.scheme.Client;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is there after the power was lost, on a device that loses what it may lose. */
@Timeout(60)
class DurabilityTest {
  private static final int BLOCK = Setup.BLOCK;
  private static final int BLOCKS = 128;
  private static final int ROUNDS = 50;

  @TempDir Path temporary;
  private final long seed = System.nanoTime();
  private long token;

  /** Each block says, in its first and its last word, how often it was written. */
  private static void stamp(MemorySegment memory, int block, long version) {
    memory.set(JAVA_LONG, (long) block * BLOCK, version);
    memory.set(JAVA_LONG, (block + 1L) * BLOCK - 8, version);
  }

  private static long version(MemorySegment memory, int block) {
    long version = memory.get(JAVA_LONG, (long) block * BLOCK);
    assertEquals(version, memory.get(JAVA_LONG, (block + 1L) * BLOCK - 8), "a block is torn");
    return version;
  }

  private static void stampAll(MemorySegment memory, long version) {
    for (int block = 0; block < BLOCKS; block++) {
      stamp(memory, block, version);
    }
  }

  private void write(Setup setup, int block, int count, boolean through) throws IOException {
    long iova = setup.buffer.iova() + (long) block * BLOCK;
    assertTrue(
        through
            ? setup.queue.writeThrough(1, block, count, iova, ++token)
            : setup.queue.write(1, block, count, iova, ++token));
    setup.finish();
  }

  private MemorySegment readAll(Setup setup) throws IOException {
    assertTrue(setup.queue.read(1, 0, BLOCKS, setup.buffer.iova(), ++token));
    setup.finish();
    return setup.buffer.memory();
  }

  private VolatileBacking cache() {
    return Backing.volatileCache(Backing.memory(BLOCKS * BLOCK), BLOCK, seed);
  }

  @Test
  void whatIsNotFlushedMayBeLostAndIsWholeOtherwise() throws IOException {
    VolatileBacking backing = cache();
    try (Setup setup = new Setup(ModelController.builder().namespace(backing, BLOCK))) {
      MemorySegment memory = setup.buffer.memory();
      stampAll(memory, 1);
      write(setup, 0, BLOCKS, false);
      assertTrue(setup.queue.flush(1, ++token));
      setup.finish();
      stampAll(memory, 2);
      write(setup, 0, BLOCKS, false);
      assertEquals(2, version(readAll(setup), 0), "the cache is read too");
      int lost = backing.powerLoss();
      int old = 0;
      for (int block = 0; block < BLOCKS; block++) {
        long version = version(readAll(setup), block);
        assertTrue(version == 1 || version == 2, "version " + version + ", seed " + seed);
        old += version == 1 ? 1 : 0;
      }
      assertEquals(lost, old, "seed " + seed);
      assertTrue(old > 0 && old < BLOCKS, old + " of " + BLOCKS + " lost, seed " + seed);
    }
  }

  /** Writes, some of them through the cache, flushes, and losses of power, at random. */
  @Test
  void whatWasFlushedOrWrittenThroughIsThere() throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    VolatileBacking backing = cache();
    long[] durable = new long[BLOCKS];
    long[] latest = new long[BLOCKS];
    int lost = 0;
    try (Setup setup = new Setup(ModelController.builder().namespace(backing, BLOCK))) {
      for (int round = 1; round <= ROUNDS; round++) {
        for (int i = 0; i < 40; i++) {
          int block = random.nextInt(BLOCKS);
          boolean through = random.nextInt(4) == 0;
          stamp(setup.buffer.memory(), block, ++latest[block]);
          write(setup, block, 1, through);
          durable[block] = through ? latest[block] : durable[block];
        }
        if (random.nextBoolean()) {
          assertTrue(setup.queue.flush(1, ++token));
          setup.finish();
          System.arraycopy(latest, 0, durable, 0, BLOCKS);
        }
        lost += backing.powerLoss();
        MemorySegment memory = readAll(setup);
        for (int block = 0; block < BLOCKS; block++) {
          long version = version(memory, block);
          assertTrue(
              version >= durable[block] && version <= latest[block],
              "block %d has %d, durable is %d, seed %d"
                  .formatted(block, version, durable[block], seed));
          durable[block] = version;
          latest[block] = version;
        }
      }
    }
    assertTrue(lost > ROUNDS, "only " + lost + " blocks were lost: nothing was tried");
  }

  @Test
  void anOrderlyShutdownLosesNothing() throws IOException {
    Path file = temporary.resolve("disk");
    Backing backing = Backing.volatileCache(Backing.file(file, BLOCKS * BLOCK), BLOCK, seed);
    try (Setup setup = new Setup(ModelController.builder().namespace(backing, BLOCK))) {
      stampAll(setup.buffer.memory(), 7);
      write(setup, 0, BLOCKS, false);
    }
    assertEquals(BLOCKS, blocksWith(file, 7), "seed " + seed);
  }

  private static int blocksWith(Path file, long version) throws IOException {
    int found = 0;
    try (Backing plain = Backing.file(file, BLOCKS * BLOCK);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(BLOCKS * BLOCK, 8);
      plain.read(0, memory, 0, BLOCKS * BLOCK);
      for (int block = 0; block < BLOCKS; block++) {
        found += version(memory, block) == version ? 1 : 0;
      }
    }
    return found;
  }

  /** Of clients: O_DSYNC and FSYNC keep what they promise, and without them it may be lost. */
  @Test
  void clientsOfTheSchemeGetWhatTheyAskFor() throws Exception {
    Path file = temporary.resolve("disk");
    VolatileBacking backing =
        Backing.volatileCache(Backing.file(file, 4L * BLOCKS * BLOCK), BLOCK, seed);
    try (NvmeBed bed =
        new NvmeBed(temporary, ModelController.builder().namespace(backing, BLOCK), 1)) {
      int plain = bed.client.open("nvme:/0/1", Client.O_RDWR, 0);
      int durable = bed.client.open("nvme:/0/1", Client.O_RDWR | Client.O_DSYNC, 0);
      int all = BLOCKS * BLOCK;
      stampAll(bed.memory, 3);
      assertEquals(all, bed.write(plain, 0, all, 0));
      assertEquals(0, NvmeBed.one(bed.client, bed.client.sync(plain, 0, 1)));
      assertEquals(all, bed.write(durable, 0, all, all));
      assertEquals(all - 8, bed.write(durable, 0, all - 8, 2L * all + 8), "copied bytes too");
      assertEquals(all, bed.write(plain, 0, all, 3L * all));
      bed.trouble.remove(bed.model); // so that nothing is shut down in order
      assertTrue(bed.read(plain, 0, BLOCK, 0) < 0, "and the driver has noticed");
      assertTrue(backing.powerLoss() > 0, "seed " + seed);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment now = arena.allocate(4L * all, 8);
        backing.read(0, now, 0, 4L * all);
        assertEquals(-1, MemorySegment.mismatch(now, 0, all, bed.memory, 0, all));
        assertEquals(-1, MemorySegment.mismatch(now, all, 2L * all, bed.memory, 0, all));
        assertEquals(
            -1, MemorySegment.mismatch(now, 2L * all + 8, 3L * all, bed.memory, 0, all - 8L));
        assertTrue(MemorySegment.mismatch(now, 3L * all, 4L * all, bed.memory, 0, all) >= 0);
      }
    }
  }
}
