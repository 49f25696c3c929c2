// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.scheme.Client;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bytes of {@code nvme:} that are no whole blocks; and how many bytes are copied. */
@Timeout(60)
class NvmeBytesTest {
  private static final int SIZE = 1 << 20;
  private static final int BLOCK = 4096;
  private static final int HALF = NvmeBed.BUFFER / 2;

  @TempDir Path temporary;
  private NvmeBed bed;
  private Client client;
  private int disk;

  @BeforeEach
  void start() throws IOException {
    bed = new NvmeBed(temporary, NvmeBed.memory(SIZE, BLOCK), 1);
    client = bed.client;
    disk = client.open("nvme:/0/1", Client.O_RDWR, 0);
  }

  @AfterEach
  void stop() throws IOException {
    bed.close();
  }

  private byte[] device() throws IOException {
    assertEquals(SIZE, bed.read(disk, 0, SIZE, 0));
    return bed.memory.toArray(JAVA_BYTE);
  }

  /** One at a time, of any offset, length and place, as a file would take them. */
  @Test
  void anyBytesAreReadAndWritten() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] expected = new byte[SIZE];
    for (int round = 0; round < 600; round++) {
      int length = 1 + random.nextInt(random.nextBoolean() ? 3 * BLOCK : 200_000);
      int offset = random.nextInt(SIZE);
      int at = random.nextInt(HALF - length);
      int count = Math.min(length, SIZE - offset);
      if (random.nextBoolean()) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        MemorySegment.copy(bytes, 0, bed.memory, JAVA_BYTE, at, length);
        System.arraycopy(bytes, 0, expected, offset, count);
        assertEquals(count, bed.write(disk, at, length, offset), "seed " + seed);
      } else {
        assertEquals(count, bed.read(disk, at, length, offset), "seed " + seed);
        MemorySegment model = MemorySegment.ofArray(expected);
        long differs =
            MemorySegment.mismatch(model, offset, offset + count, bed.memory, at, at + count);
        assertEquals(-1, differs, "seed " + seed);
      }
    }
    assertArrayEquals(expected, device(), "seed " + seed);
  }

  /**
   * Writers of neighbouring bytes, within blocks and over them, and of whole blocks: none is lost.
   */
  @Test
  void writesAtOnceToTheSameBlocksAreNotLost() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 20; round++) {
      byte[] expected = new byte[64 * BLOCK];
      random.nextBytes(expected);
      MemorySegment.copy(expected, 0, bed.memory, JAVA_BYTE, 0, expected.length);
      int next = 0;
      AtomicInteger done = new AtomicInteger();
      while (next < expected.length || client.inFlight() > 0) {
        while (next < expected.length && client.inFlight() < 48) {
          boolean whole = next % BLOCK == 0 && random.nextInt(3) == 0;
          int length = whole ? BLOCK : 1 + random.nextInt(2 * BLOCK);
          length = Math.min(length, expected.length - next);
          assertTrue(client.write(disk, bed.buffer, next, length, next, length));
          next += length;
        }
        client.submit();
        client.awaitUninterruptibly(1);
        client.reap(
            (tag, result, flags) -> {
              assertEquals(tag, result);
              done.addAndGet(result);
            },
            64);
      }
      assertEquals(expected.length, done.get());
      assertEquals(64 * BLOCK, bed.read(disk, HALF, 64 * BLOCK, 0));
      byte[] actual = bed.memory.asSlice(HALF, 64 * BLOCK).toArray(JAVA_BYTE);
      assertArrayEquals(expected, actual, "round " + round + ", seed " + seed);
    }
  }

  /** A whole block that overtook a part of it would be undone by what the part had read. */
  @Test
  void aBlockThatIsReadToBeWrittenIsNotWrittenBetween() throws Exception {
    bed.trouble.held = command -> command.opcode == NvmOpcode.READ ? Faults.FOREVER : 0;
    bed.memory.fill((byte) 1);
    assertTrue(client.write(disk, bed.buffer, 0, 10, 5 * BLOCK, 1));
    client.submit();
    Trouble.until("the read", () -> bed.model.queues().submission(1).head() == 1, () -> {});
    bed.memory.asSlice(BLOCK, BLOCK).fill((byte) 2);
    assertTrue(client.write(disk, bed.buffer, BLOCK, BLOCK, 5 * BLOCK, 2));
    client.submit();
    Thread.sleep(50); // for what must not happen there is nothing to wait for
    assertEquals(1, bed.model.queues().submission(1).head(), "the block is still being read");
    assertEquals(0, client.await(1, 1));
    bed.controller.reset();
    client.awaitUninterruptibly(1);
    int[] results = new int[3];
    for (int done = 0; done < 2; ) {
      client.awaitUninterruptibly(1);
      done += client.reap((tag, result, flags) -> results[(int) tag] = result, 2);
    }
    assertEquals(-Errno.ENOLINK, results[1]);
    assertEquals(BLOCK, results[2]);
  }

  /** A block that is being written is not read yet, to be written back as it was. */
  @Test
  void aBlockThatIsBeingWrittenIsNotReadBetween() throws Exception {
    bed.trouble.held = command -> command.opcode == NvmOpcode.WRITE ? Faults.FOREVER : 0;
    assertTrue(client.write(disk, bed.buffer, 0, BLOCK, 5 * BLOCK, 1));
    assertTrue(client.write(disk, bed.buffer, 0, 10, 5 * BLOCK + 100, 2));
    client.submit();
    Trouble.until("the write", () -> bed.model.queues().submission(1).head() == 1, () -> {});
    Thread.sleep(50); // for what must not happen there is nothing to wait for
    assertEquals(1, bed.model.queues().submission(1).head(), "it was read");
    bed.trouble.held = command -> 0;
    bed.controller.reset();
    int[] results = new int[3];
    for (int done = 0; done < 2; ) {
      client.awaitUninterruptibly(1);
      done += client.reap((tag, result, flags) -> results[(int) tag] = result, 2);
    }
    assertEquals(-Errno.ENOLINK, results[1]);
    assertEquals(10, results[2]);
  }

  @Test
  void wholeBlocksAreNotCopied() throws IOException {
    for (int at = 0; at < 8 * BLOCK; at += BLOCK) {
      assertEquals(BLOCK, bed.write(disk, at + 4, BLOCK, at));
      assertEquals(BLOCK, bed.read(disk, at, BLOCK, at));
    }
    assertEquals(16 * BLOCK, bed.counted("direct_bytes"));
    assertEquals(0, bed.counted("copied_bytes"));
    assertEquals(100, bed.read(disk, 0, 100, 0));
    assertEquals(100, bed.counted("copied_bytes"));
    assertEquals(16 * BLOCK, bed.counted("direct_bytes"));
  }

  /** What the device is told is where the client's bytes are, seen through the device's map. */
  @Test
  void theDeviceWritesIntoTheClientsMemory() throws IOException {
    DmaTable[] table = new DmaTable[1];
    long[] prp = new long[1];
    bed.trouble.io =
        command -> {
          prp[0] = command.prp1;
          table[0] = ((ModelDma) bed.model.dma()).table();
          return 0;
        };
    bed.memory.fill((byte) 0x5A);
    assertEquals(BLOCK, bed.write(disk, 3 * BLOCK, BLOCK, 0));
    MemorySegment seen = table[0].segment(table[0].find(prp[0], BLOCK));
    long at = table[0].offset(table[0].find(prp[0], BLOCK), prp[0]);
    assertEquals(0x5A, seen.get(JAVA_BYTE, at));
    bed.memory.set(JAVA_BYTE, 3 * BLOCK, (byte) 0x33);
    assertEquals(0x33, seen.get(JAVA_BYTE, at), "one and the same page");
  }

  @Test
  void anErrorInTheMiddleTellsHowFarItCame() throws IOException {
    int status = StatusCode.UNRECOVERED_READ_ERROR.value;
    bed.trouble.io = command -> command.cdw10 >= 16 ? status : 0;
    assertEquals((16 * BLOCK) - 3, bed.read(disk, 0, 40 * BLOCK, 3), "a part has 64 KiB");
    bed.trouble.io = command -> status;
    assertEquals(-NvmeStatus.errno(status), bed.read(disk, 0, 40, 3));
    bed.trouble.io = command -> command.opcode == NvmOpcode.WRITE ? status : 0;
    assertEquals(-NvmeStatus.errno(status), bed.write(disk, 0, 40, 3));
  }
}
