// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.peer.PeerOptions;
import dev.annulus.scheme.Client;
import dev.annulus.scheme.Host;
import dev.annulus.scheme.HostOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reactor that sleeps in its one call for clients, files and devices: idle it costs nothing, and
 * a device's interrupt wakes it.
 */
@Timeout(60)
class NvmeSchemeSleepTest {
  private static final int BLOCK = 512;
  private static final String REACTOR = "annulus-reactor-0";

  @TempDir Path temporary;
  private final Trouble trouble = new Trouble();
  private ModelController model;
  private Controller controller;
  private Host host;
  private Client client;
  private long buffer;
  private int disk;

  private void start(long latencyNanos, int timeoutMillis) throws IOException {
    model =
        ModelController.builder()
            .namespace(Backing.memory(1 << 20), BLOCK)
            .faults(trouble)
            .latency(latencyNanos)
            .threaded(true)
            .build();
    ControllerOptions options =
        ControllerOptions.DEFAULT.withInterrupts(true).withIoTimeoutMillis(timeoutMillis);
    controller = Controller.start(model, options);
    Path socket = temporary.resolve("host.sock");
    HostOptions one = HostOptions.at(socket).withReactors(1);
    host = Host.start(one, List.of(NvmeScheme.over(List.of(controller))));
    client = Client.connect(socket, PeerOptions.DEFAULT);
    buffer = client.pool().lease(1 << 16, 4096);
    disk = client.open("nvme:0/1", Client.O_RDWR, 0);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    host.close();
    controller.close();
    model.close();
  }

  /** Reads a block; how long that took. */
  private long read(int block) throws IOException {
    long began = System.nanoTime();
    assertTrue(client.read(disk, buffer, 0, BLOCK, (long) block * BLOCK, block));
    client.submit();
    client.awaitUninterruptibly(1);
    assertEquals(1, client.reap((tag, result, flags) -> assertEquals(BLOCK, result), 1));
    return System.nanoTime() - began;
  }

  @Test
  void idleItCostsNoProcessorTime() throws Exception {
    start(0, 30_000);
    for (int i = 0; i < 1_000; i++) {
      read(i);
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    long nanos = TimeUnit.MILLISECONDS.toNanos(500);
    long cpu = ProcessorTime.of(REACTOR);
    LockSupport.parkNanos(nanos);
    long used = ProcessorTime.of(REACTOR) - cpu;
    assertTrue(used < nanos / 100, used + " ns of processor time in " + nanos);
    read(7);
  }

  /** So long a time-out that a sweep comes after 10 seconds, and would show. */
  @Test
  void whileTheDeviceWorksItSleepsAndItsInterruptWakesIt() throws Exception {
    long latency = TimeUnit.MILLISECONDS.toNanos(5);
    start(latency, 4096 * 10_000);
    int reads = 100;
    long cpu = 0;
    long longest = 0;
    for (int i = 0; i < reads; i++) {
      longest = Math.max(longest, read(i));
      // The first are the compiler's too.
      cpu = i == reads / 5 ? ProcessorTime.of(REACTOR) : cpu;
    }
    long used = ProcessorTime.of(REACTOR) - cpu;
    long worked = (reads - reads / 5) * latency;
    assertTrue(longest < TimeUnit.SECONDS.toNanos(5), "a read took " + longest + " ns");
    assertTrue(used < worked / 5, used + " ns of processor time while the device took " + worked);
  }

  @Test
  void aLostInterruptIsMadeGoodByTheNextSweep() throws Exception {
    start(TimeUnit.MILLISECONDS.toNanos(5), 2_000);
    trouble.losesInterrupts = true;
    for (int i = 0; i < 5; i++) {
      long took = read(i);
      assertTrue(took < TimeUnit.SECONDS.toNanos(1), took + " ns: a sweep is 250 ms");
    }
    assertEquals(0, controller.recoveries().aborts());
  }
}
