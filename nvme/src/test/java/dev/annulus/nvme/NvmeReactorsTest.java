// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.scheme.Client;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of several reactors use one controller at once, each by its reactor's queue pair. */
@Timeout(60)
class NvmeReactorsTest {
  private static final int REACTORS = 3;
  private static final int CLIENTS = 6;
  private static final int BLOCK = 512;
  private static final int SHARE = 1 << 18;
  private static final int OPERATIONS = 3000;

  /** Of a reactor: what {@code nvme:} completed, and the commands of its queue. */
  private static final Pattern REACTOR =
      Pattern.compile("\"nvme\": \\{\"pending_completed\": (\\d+),[^{]*\\{\"commands\": (\\d+)");

  @TempDir Path temporary;

  @Test
  void eachReactorHasItsOwnQueue() throws Exception {
    ModelBuilder model = NvmeBed.memory((long) CLIENTS * SHARE, BLOCK).queuePairs(REACTORS);
    try (NvmeBed bed = new NvmeBed(temporary, model, REACTORS);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Callable<Void>> loads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        long base = (long) i * SHARE;
        SplittableRandom random = new SplittableRandom(i);
        loads.add(() -> load(bed, base, random));
      }
      for (Future<Void> each : threads.invokeAll(loads)) {
        each.get();
      }
      List<MatchResult> reactors = REACTOR.matcher(bed.host.counters()).results().toList();
      assertEquals(REACTORS, reactors.size(), bed.host.counters());
      long all = 0;
      for (MatchResult reactor : reactors) {
        assertEquals(reactor.group(1), reactor.group(2), "a command an operation, in its queue");
        assertTrue(Long.parseLong(reactor.group(1)) >= OPERATIONS, bed.host.counters());
        all += Long.parseLong(reactor.group(2));
      }
      assertEquals((long) CLIENTS * (OPERATIONS + 1), all);
    }
  }

  /** Writes blocks of a part of the device that is its own, then reads all of it back. */
  private static Void load(NvmeBed bed, long base, SplittableRandom random) throws IOException {
    try (Client client = bed.another()) {
      int disk = client.open("nvme:/0/1", Client.O_RDWR | Client.O_DIRECT, 0);
      long buffer = client.pool().lease(SHARE, 4096);
      MemorySegment memory = client.pool().memory(buffer);
      byte[] bytes = new byte[SHARE];
      random.nextBytes(bytes);
      memory.copyFrom(MemorySegment.ofArray(bytes));
      int next = 0;
      while (next < OPERATIONS || client.inFlight() > 0) {
        while (next < OPERATIONS) {
          long at = (long) (next % (SHARE / BLOCK)) * BLOCK;
          if (!client.write(disk, buffer, at, BLOCK, base + at, next)) {
            break;
          }
          next++;
        }
        client.submit();
        client.awaitUninterruptibly(1);
        client.reap((tag, result, flags) -> assertEquals(BLOCK, result), 64);
      }
      memory.fill((byte) 0);
      assertEquals(SHARE, NvmeBed.one(client, client.read(disk, buffer, 0, SHARE, base, 0)));
      assertArrayEquals(bytes, memory.toArray(JAVA_BYTE));
      return null;
    }
  }
}
