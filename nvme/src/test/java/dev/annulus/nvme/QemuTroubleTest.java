// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** QEMU's controller in trouble: disks that fail or take their time, resets, its sudden death. */
@Timeout(180)
class QemuTroubleTest {
  private static final long DISK = 4 << 20;
  private static final int RESETS = Integer.getInteger("annulus.nvme.qemu.resets", 50);
  private static final int THREADS = 2;
  private static final int BLOCKS = 1024;
  private static final int ENTRIES = 64;
  private static final String NVME = "nvme,serial=ANNULUS,drive=";

  private final Outcomes outcomes = new Outcomes();
  private volatile boolean stop;
  private final AtomicLong progress = new AtomicLong();

  @BeforeAll
  static void needsQemu() {
    Qemu.required();
  }

  /** A disk of which a sector cannot be read or written. */
  private static QemuTransport failing(String type, int errno, int sector) throws NvmeException {
    String faults =
        "driver=blkdebug,node-name=bad,image=disk,inject-error.0.event=none,"
            + "inject-error.0.iotype=%s,inject-error.0.errno=%d,inject-error.0.sector=%d";
    return Qemu.overDisk(
        DISK,
        disk ->
            QemuOptions.of(
                "-blockdev",
                disk,
                "-blockdev",
                faults.formatted(type, errno, sector),
                "-device",
                NVME + "bad"));
  }

  @ParameterizedTest
  @CsvSource({"read, 5, UNRECOVERED_READ_ERROR", "write, 5, WRITE_FAULT", "write, 28, WRITE_FAULT"})
  void aSectorThatFails(String type, int errno, StatusCode expected) throws Exception {
    try (Transport transport = failing(type, errno, 8);
        Controller controller = Controller.start(transport, ControllerOptions.DEFAULT);
        QueuePair queue = controller.openQueuePair(16)) {
      DmaBuffer buffer = controller.dma().allocate(65_536, 4096);
      boolean read = type.equals("read");
      for (int block = 0; block < 12; block++) {
        long at = buffer.iova() + block * 512L;
        assertTrue(read ? queue.read(1, block, 1, at, block) : queue.write(1, block, 1, at, block));
      }
      assertTrue(
          read ? queue.write(1, 8, 1, buffer.iova(), 12) : queue.read(1, 8, 1, buffer.iova(), 12));
      Setup.finish(queue, outcomes);
      for (int token = 0; token <= 12; token++) {
        if (token == 8) {
          outcomes.assertStatus(expected, false, token);
          assertEquals(
              StatusCode.of(outcomes.status(token)).errno,
              NvmeStatus.errno(outcomes.status(token)));
        } else {
          outcomes.assertOk(token);
        }
      }
      Trouble.assertCounters(0, 0, 0, controller);
    }
  }

  private static QemuOptions slow(long nanos) {
    return QemuOptions.of(
        "-blockdev",
        "driver=null-co,node-name=slow,size=4194304,read-zeroes=on,latency-ns=" + nanos,
        "-blockdev",
        "driver=null-co,node-name=fast,size=4194304,read-zeroes=on",
        "-device",
        "nvme,serial=ANNULUS,id=ctrl",
        "-device",
        "nvme-ns,drive=slow,bus=ctrl,nsid=1",
        "-device",
        "nvme-ns,drive=fast,bus=ctrl,nsid=2");
  }

  /** Completions come in another order than commands, of two namespaces of one queue. */
  @Test
  void completionsOutOfOrder() throws Exception {
    try (Transport transport = QemuTransport.start(slow(50_000_000));
        Controller controller = Controller.start(transport, ControllerOptions.DEFAULT);
        QueuePair queue = controller.openQueuePair(64)) {
      DmaBuffer buffer = controller.dma().allocate(4096, 4096);
      long began = System.nanoTime();
      for (int i = 0; i < 40; i++) {
        assertTrue(queue.read(1 + i % 2, i, 1, buffer.iova(), i));
      }
      Setup.finish(queue, outcomes);
      assertTrue(System.nanoTime() - began >= 50_000_000);
      List<Long> order = outcomes.order();
      for (int i = 0; i < 20; i++) {
        assertEquals(1, order.get(i) % 2, order::toString);
        assertEquals(0, order.get(20 + i) % 2, order::toString);
      }
      assertEquals(0, queue.counters().spurious());
    }
  }

  /** QEMU aborts nothing: what takes too long is ended by a reset. */
  @Test
  void commandsThatTakeTooLong() throws Exception {
    ControllerOptions options = ControllerOptions.DEFAULT.withIoTimeoutMillis(200);
    try (Transport transport = QemuTransport.start(slow(2_000_000_000L));
        Controller controller = Controller.start(transport, options);
        QueuePair queue = controller.openQueuePair(16)) {
      DmaBuffer buffer = controller.dma().allocate(4096, 4096);
      assertTrue(queue.read(1, 0, 1, buffer.iova(), 1));
      assertTrue(queue.read(2, 0, 1, buffer.iova(), 2));
      Setup.finish(queue, outcomes);
      outcomes.assertOk(2);
      assertEquals(StatusCode.COMMAND_ABORTED_BY_HOST, StatusCode.of(outcomes.status(1)));
      Trouble.until(
          "room", () -> queue.read(2, 1, 1, buffer.iova(), 3), () -> queue.poll(outcomes, 8));
      Setup.finish(queue, outcomes);
      outcomes.assertOk(3);
      assertEquals(1, controller.recoveries().resets());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void resetsUnderLoad(boolean shadow) throws Exception {
    ControllerOptions options = ControllerOptions.DEFAULT.withShadowDoorbells(shadow);
    long[] sums = new long[3];
    try (Transport transport = Qemu.memory(THREADS * BLOCKS * 512L);
        Controller controller = Controller.start(transport, options);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<long[]>> loads = start(controller, threads);
      try {
        for (int i = 0; i < RESETS; i++) {
          long before = progress.get();
          Trouble.until("an operation", () -> progress.get() != before || done(loads), () -> {});
          controller.reset();
        }
      } finally {
        stop = true;
      }
      for (Future<long[]> each : loads) {
        long[] counts = each.get();
        for (int i = 0; i < sums.length; i++) {
          sums[i] += counts[i];
        }
      }
      Trouble.assertCounters(0, RESETS, 0, controller);
    }
    assertEquals(sums[0], sums[1], "submitted and ended");
    assertTrue(sums[2] > 0, "no operation was in flight in any reset");
  }

  private static boolean done(List<Future<long[]>> loads) {
    return loads.stream().anyMatch(Future::isDone);
  }

  private List<Future<long[]>> start(Controller controller, ExecutorService threads) {
    List<Future<long[]>> loads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int index = i;
      loads.add(
          threads.submit(() -> {
            try (QueuePair queue = controller.openQueuePair(ENTRIES)) {
              DmaBuffer buffer = controller.dma().allocate(ENTRIES * 4096L, 4096);
              SplittableRandom random = new SplittableRandom(index);
              long first = (long) index * BLOCKS;
              return new BlockLoad(queue, buffer, first, BLOCKS, random, true)
                  .run(() -> stop, progress);
            }
          }));
    }
    return loads;
  }

  /** Each operation ends once, with an error that says what became of the device. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 5000})
  void suddenDeathUnderLoad(int after) throws Exception {
    QemuTransport transport = Qemu.memory(DISK);
    Controller controller =
        Controller.start(transport, ControllerOptions.DEFAULT.withIoTimeoutMillis(2_000));
    QueuePair queue = controller.openQueuePair(ENTRIES);
    DmaBuffer buffer = controller.dma().allocate(4096, 4096);
    AtomicLong submitted = new AtomicLong();
    long[] ended = new long[2];
    CompletionHandler counts =
        (token, status, result) -> {
          boolean ok = status == 0;
          assertTrue(
              ok || status == (StatusCode.HOST_PATHING_ERROR.value | NvmeStatus.DO_NOT_RETRY),
              () -> NvmeStatus.describe(status));
          ended[ok ? 0 : 1]++;
        };
    ProcessHandle qemu = ProcessHandle.of(transport.pid()).orElseThrow();
    NvmeException failure =
        assertThrows(
            NvmeException.class,
            () -> {
              while (true) {
                while (queue.read(1, submitted.get() % 1000, 1, buffer.iova(), submitted.get())) {
                  submitted.incrementAndGet();
                }
                if (ended[0] >= after) {
                  qemu.destroyForcibly();
                }
                queue.ring();
                queue.poll(counts, Integer.MAX_VALUE);
              }
            });
    assertTrue(failure.getMessage().contains("has ended with signal 9"), failure::getMessage);
    assertEquals(submitted.get(), ended[0] + ended[1], "each once");
    assertTrue(ended[1] > 0);
    assertEquals(0, queue.inFlight());
    assertTrue(controller.recoveries().failed());
    queue.close(counts);
    assertThrows(NvmeException.class, controller::close);
    transport.close();
  }
}
