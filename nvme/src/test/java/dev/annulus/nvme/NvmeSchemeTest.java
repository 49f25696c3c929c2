// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.scheme.Client;
import dev.annulus.scheme.FileStat;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client, a host, {@code nvme:} and the model with its own thread and interrupts. */
class NvmeSchemeTest {
  private static final int SIZE = 8 << 20;
  private static final int BLOCK = 512;

  /** 128 KiB. */
  private static final int MDTS = 5;

  @TempDir Path temporary;
  private NvmeBed bed;
  private Client client;

  @BeforeEach
  void start() throws IOException {
    bed = new NvmeBed(temporary, NvmeBed.memory(SIZE, BLOCK).maxTransfer(MDTS), 1);
    client = bed.client;
  }

  @AfterEach
  void stop() throws IOException {
    bed.close();
  }

  private int one(boolean accepted) throws IOException {
    return NvmeBed.one(client, accepted);
  }

  @Test
  void sizeOfANamespaceIsTold() throws IOException {
    int device = client.open("nvme:0/1", Client.O_RDONLY, 0);
    assertEquals(SIZE, client.size(device));
    assertEquals(client.stat(device).size(), client.size(device));
    client.close(device);
  }

  @Test
  void writesAndReadsManyBlocksInFlight() throws IOException {
    long seed = System.nanoTime();
    byte[] content = new byte[4 << 20];
    new Random(seed).nextBytes(content);
    long out = client.pool().lease(content.length, 4096);
    long in = client.pool().lease(content.length, 4096);
    client.pool().memory(out).copyFrom(java.lang.foreign.MemorySegment.ofArray(content));
    int disk = client.open("nvme:0/1", Client.O_RDWR, 0);
    transferAll(disk, out, true);
    assertEquals(0, one(client.sync(disk, 0, 1)));
    transferAll(disk, in, false);
    assertArrayEquals(
        content, client.pool().memory(in).toArray(ValueLayout.JAVA_BYTE), "seed " + seed);
    client.close(disk);
  }

  private void transferAll(int disk, long buffer, boolean write) throws IOException {
    int step = 16 << 10;
    long next = 0;
    long done = 0;
    while (done < client.pool().size(buffer)) {
      while (next < client.pool().size(buffer)
          && (write
              ? client.write(disk, buffer, next, step, next, next)
              : client.read(disk, buffer, next, step, next, next))) {
        next += step;
      }
      client.submit();
      client.awaitUninterruptibly(1);
      done += (long) step * client.reap((tag, result, f) -> assertEquals(step, result), 64);
    }
  }

  @Test
  void tellsWhatItIs() throws IOException {
    int disk = client.open("nvme:0/1", Client.O_RDONLY, 0);
    FileStat stat = client.stat(disk);
    assertTrue(stat.isBlockDevice());
    assertEquals(SIZE, stat.size());
    assertEquals(BLOCK, stat.blockSize());
  }

  @Test
  void shortCountsAtTheEndAndAboveTheLimit() throws IOException {
    long buffer = client.pool().lease(4 << 20, 4096);
    int disk = client.open("nvme:0/1", Client.O_RDWR, 0);
    assertEquals(BLOCK, one(client.read(disk, buffer, 0, 4096, SIZE - BLOCK, 1)));
    assertEquals(0, one(client.read(disk, buffer, 0, 4096, SIZE, 1)));
    assertEquals(-Errno.ENOSPC, one(client.write(disk, buffer, 0, 4096, SIZE, 1)));
    int most = one(client.read(disk, buffer, 0, 4 << 20, 0, 1));
    assertEquals(8 * (4096 << MDTS), most, "in eight commands");
  }

  @Test
  void unalignedDirectTransfersAreRefused() throws IOException {
    long buffer = client.pool().lease(8192, 4096);
    int disk = client.open("nvme:0/1", Client.O_RDWR | Client.O_DIRECT, 0);
    assertEquals(-Errno.EINVAL, one(client.read(disk, buffer, 0, 100, 0, 1)));
    assertEquals(-Errno.EINVAL, one(client.read(disk, buffer, 0, 512, 100, 1)));
    assertEquals(-Errno.EINVAL, one(client.read(disk, buffer, 2, 512, 0, 1)));
    assertEquals(512, one(client.read(disk, buffer, 4, 512, 0, 1)));
  }

  @Test
  void whatIsNotThereIsNotFound() {
    for (String url : List.of("nvme:1", "nvme:1/1", "nvme:0/2", "nvme:0/0", "nvme:x/1")) {
      int errno =
          assertThrows(ErrnoException.class, () -> client.open(url, Client.O_RDONLY, 0)).errno();
      assertEquals(Errno.ENOENT, errno, url);
    }
  }
}
