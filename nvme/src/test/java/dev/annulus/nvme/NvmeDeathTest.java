// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.scheme.Client;
import dev.annulus.scheme.Fallocate;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are gone while the device still has commands of theirs. */
@Timeout(60)
class NvmeDeathTest {
  private static final int SIZE = 4 << 20;
  private static final int BLOCK = 512;

  @TempDir Path temporary;
  private NvmeBed bed;
  private Client client;
  private int disk;
  private long buffer;

  /** Of the last I/O command: where its data is, by the device's map at that time. */
  private volatile MemorySegment target;

  private volatile int commands;

  @BeforeEach
  void start() throws IOException {
    bed = new NvmeBed(temporary, NvmeBed.memory(SIZE, BLOCK).maxTransfer(1), 1);
    client = bed.another();
    disk = client.open("nvme:/0/1", Client.O_RDWR, 0);
    buffer = client.pool().lease(1 << 20, 4096);
    bed.trouble.io =
        command -> {
          DmaTable table = ((ModelDma) bed.model.dma()).table();
          int entry = table.find(command.prp1, BLOCK);
          target = entry < 0 ? null : table.segment(entry);
          commands++;
          return 0;
        };
    bed.trouble.held = command -> Faults.FOREVER;
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    bed.close();
  }

  private void untilClients(int count) throws Exception {
    Trouble.until(count + " clients", () -> bed.counted("clients") == count, () -> {});
  }

  private void untilUnmapped() throws Exception {
    Trouble.until("its memory", () -> !target.scope().isAlive(), () -> {});
  }

  /** Long enough for a host to free what it must not free yet. */
  private void stays(int clients) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
    while (System.nanoTime() - end < 0) {
      assertEquals(clients, bed.counted("clients"));
      assertTrue(target.scope().isAlive(), "unmapped while the device has it");
      Thread.sleep(5);
    }
  }

  @Test
  void itsMemoryStaysUntilTheDeviceIsDone() throws Exception {
    assertTrue(client.read(disk, buffer, 0, BLOCK, 0, 1));
    client.submit();
    Trouble.until("the command", () -> commands == 1, () -> {});
    client.close();
    stays(2);
    bed.trouble.held = command -> 0;
    bed.controller.reset(); // which ends what is held
    untilClients(1);
    untilUnmapped();
    int mine = bed.client.open("nvme:/0/1", Client.O_RDONLY, 0);
    assertEquals(BLOCK, bed.read(mine, 0, BLOCK, 0));
  }

  @Test
  void whatTakesManyCommandsEndsAfterTheOneThatTheDeviceHas() throws Exception {
    CountDownLatch working = new CountDownLatch(1);
    bed.trouble.held =
        command -> {
          awaitUninterruptibly(working);
          return 0;
        };
    assertTrue(client.write(disk, buffer, 3, 1 << 19, 5, 1));
    assertTrue(client.fallocate(disk, Fallocate.ZERO_RANGE, SIZE / 2, SIZE / 2, 2));
    client.submit();
    Trouble.until("a command", () -> commands > 0, () -> {});
    client.close();
    Thread.sleep(200); // when the host has seen that, nothing tells
    working.countDown();
    untilClients(1);
    assertTrue(commands < 50, () -> commands + " of 279 commands, for nobody");
    int mine = bed.client.open("nvme:/0/1", Client.O_RDWR | Client.O_EXCL, 0);
    assertEquals(7, bed.write(mine, 0, 7, 1), "nobody is in the way");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aControllerThatIsPulledOutEndsItToo() throws Exception {
    assertTrue(client.write(disk, buffer, 3, 1 << 19, 5, 1));
    assertTrue(client.read(disk, buffer, 0, BLOCK, 0, 2));
    client.submit();
    Trouble.until("both commands", () -> commands == 2, () -> {});
    client.close();
    bed.trouble.remove(bed.model);
    untilClients(1);
    untilUnmapped();
  }
}
