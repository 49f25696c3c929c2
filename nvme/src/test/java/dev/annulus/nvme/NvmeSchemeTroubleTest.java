// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.peer.PeerOptions;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.scheme.Client;
import dev.annulus.scheme.Host;
import dev.annulus.scheme.HostOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of {@code nvme:} while its controller has trouble: precise errors, and it goes on. */
@Timeout(60)
class NvmeSchemeTroubleTest {
  private static final int BLOCK = 512;

  @TempDir Path temporary;
  private final Trouble trouble = new Trouble();
  private ModelController model;
  private Controller controller;
  private Host host;
  private Client client;
  private long buffer;
  private int disk;

  @BeforeEach
  void start() throws IOException {
    model =
        ModelController.builder()
            .namespace(Backing.memory(8 << 20), BLOCK)
            .faults(trouble)
            .threaded(true)
            .build();
    ControllerOptions options =
        ControllerOptions.DEFAULT.withInterrupts(true).withIoTimeoutMillis(300);
    controller = Controller.start(model, options);
    Path socket = temporary.resolve("host.sock");
    host = Host.start(HostOptions.at(socket), List.of(NvmeScheme.over(List.of(controller))));
    client = Client.connect(socket, PeerOptions.DEFAULT);
    buffer = client.pool().lease(1 << 20, 4096);
    disk = client.open("nvme:0/1", Client.O_RDWR, 0);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    host.close();
    if (!controller.recoveries().failed()) {
      controller.close();
    }
    model.close();
  }

  private int read(long block) throws IOException {
    assertTrue(client.read(disk, buffer, 0, BLOCK, block * BLOCK, block));
    client.submit();
    client.awaitUninterruptibly(1);
    int[] result = new int[1];
    assertEquals(1, client.reap((tag, res, flags) -> result[0] = res, 1));
    return result[0];
  }

  @Test
  void aReadThatTakesTooLongTimesOutWhileTheReactorSleeps() throws Exception {
    trouble.held = command -> command.cdw10 == 5 ? Faults.FOREVER : 0;
    assertEquals(BLOCK, read(4));
    assertEquals(-Errno.ETIMEDOUT, read(5));
    assertEquals(BLOCK, read(6));
    trouble.io = command -> command.cdw10 == 7 ? Faults.LOST : 0;
    assertEquals(-Errno.ETIMEDOUT, read(7));
    assertEquals(1, controller.recoveries().resets());
    assertEquals(BLOCK, read(8));
  }

  @Test
  void everyReadEndsOnceThroughManyResets() throws Exception {
    int total = 20_000;
    CountDownLatch started = new CountDownLatch(1);
    List<Throwable> thrown = new ArrayList<>();
    int[] answers = new int[total];
    int[] ok = new int[1];
    Thread resets =
        Thread.ofPlatform()
            .start(() -> {
              try {
                started.await();
                for (int i = 0; i < 50; i++) {
                  controller.reset();
                }
              } catch (IOException | InterruptedException e) {
                thrown.add(e);
              }
            });
    int next = 0;
    int done = 0;
    while (done < total || resets.isAlive()) {
      while (next - done < 64 && next < total && readAt(next)) {
        next++;
      }
      client.submit();
      started.countDown();
      if (done < next) {
        client.awaitUninterruptibly(1);
      }
      done +=
          client.reap(
              (tag, result, flags) -> {
                answers[(int) tag]++;
                ok[0] += result == BLOCK ? 1 : 0;
                assertTrue(result == BLOCK || result == -Errno.ENOLINK, "answer " + result);
              },
              64);
    }
    resets.join();
    assertEquals(List.of(), thrown);
    for (int answer : answers) {
      assertEquals(1, answer);
    }
    assertTrue(ok[0] > total / 2, ok[0] + " of " + total);
    assertEquals(BLOCK, read(8));
  }

  private boolean readAt(int tag) throws IOException {
    return client.read(disk, buffer, 0, BLOCK, (long) (tag % 1024) * BLOCK, tag);
  }

  @Test
  void aControllerThatWasPulledOutIsAnErrorAndNotTheEndOfTheHost() throws Exception {
    trouble.held = command -> Faults.FOREVER;
    assertTrue(client.read(disk, buffer, 0, BLOCK, 0, 1));
    client.submit();
    Trouble.until("the command", () -> model.queues().submission(1).head() == 1, () -> {});
    trouble.remove(model);
    client.awaitUninterruptibly(1);
    client.reap((tag, result, flags) -> assertEquals(-Errno.ENOLINK, result), 1);
    assertEquals(-Errno.ENODEV, read(5));
    assertEquals(-Errno.ENODEV, read(6));
    assertEquals(8 << 20, client.size(disk));
    IOException refused =
        assertThrows(ErrnoException.class, () -> client.open("nvme:/0/1", Client.O_RDONLY, 0));
    assertTrue(refused.getMessage().contains("ENXIO"), refused::getMessage);
    client.close(client.open("nvme:/0/info", Client.O_RDONLY, 0));
  }
}
