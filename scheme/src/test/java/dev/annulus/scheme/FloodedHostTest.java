// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Futex;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerRing;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that wakes its host all the time for nothing costs it little, and no other client. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class FloodedHostTest {
  /** As the kernel shortens the reactor's name. */
  private static final String REACTOR = "annulus-reactor";

  private static final long LENGTH = MILLISECONDS.toNanos(500);

  @TempDir Path temporary;

  private static long cpuNanos() {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks
          .filter(task -> read(task.resolve("comm")).strip().equals(REACTOR))
          .mapToLong(task -> Long.parseLong(read(task.resolve("schedstat")).split(" ")[0]))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "0 0";
    }
  }

  private static void call(PeerRing ring, long tag) throws Exception {
    long at = ring.sq().claim();
    SqEntry.fill(ring.sq().slots(), at, Opcode.NOP, -1, 0, 0, 0, tag);
    ring.submit();
    assertEquals(1, ring.await(1, 0));
    assertEquals(tag, CqEntry.userData(ring.cq().slots(), ring.cq().next()));
    ring.cq().release();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a fault, so that a thread waits"})
  void wakeUpsForNothing(String fault) throws Exception {
    Path socket = temporary.resolve("s");
    AtomicBoolean over = new AtomicBoolean();
    try (Host host = Host.start(HostOptions.at(socket), List.of(), ring -> fault);
        PeerRing hostile = PeerRing.attach(socket, PeerOptions.DEFAULT);
        PeerRing good = PeerRing.attach(socket, PeerOptions.DEFAULT)) {
      call(hostile, 1);
      call(good, 2);
      // The tail is the first word of the client's file, which the slots are in too.
      long tail = hostile.sq().slots().address();
      Thread flood =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                while (!over.get()) {
                  Futex.wake(tail, Integer.MAX_VALUE);
                }
              });
      try {
        Thread.sleep(50);
        long before = cpuNanos();
        long start = System.nanoTime();
        Thread.sleep(LENGTH / 1_000_000);
        long used = cpuNanos() - before;
        long lasted = System.nanoTime() - start;
        assertTrue(used < lasted / 2, "used " + used + " of " + lasted + " ns");
        System.out.printf("flooded host: %.1f %% of a processor%n", 100.0 * used / lasted);
        for (int i = 0; i < 50; i++) {
          call(good, 10 + i);
          call(hostile, 100 + i);
        }
      } finally {
        over.set(true);
        flood.join();
      }
      assertTrue(host.counters().contains("\"violations\": 0"), host::counters);
    }
  }
}
