// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Zones under random commands, and under appends of several threads. */
@Timeout(120)
abstract class ZoneLoadContract {
  /** As {@link ZoneContract#open}. */
  abstract Transport open() throws Exception;

  /** How many commands. */
  int commands() {
    return 20_000;
  }

  /** Each status, and each zone after each command, as the reference says; and what is read. */
  @Test
  void randomCommandsAgainstAReference() throws Exception {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    try (ZonedSetup setup = new ZonedSetup(open())) {
      int capacity = setup.capacity();
      ZoneReference reference = new ZoneReference(setup.zoned, capacity);
      for (int i = 0; i < commands(); i++) {
        // Not the last: a write beyond that is out of range, not out of a zone.
        int zone = random.nextInt(reference.states.length - 1);
        String where = "seed " + seed + ", command " + i;
        StatusCode expected;
        int status;
        if (random.nextInt(4) > 0) {
          boolean append = random.nextBoolean();
          int slip = random.nextInt(8) == 0 ? random.nextInt(3) - 1 : 0;
          int at = append ? -1 : Math.max(0, reference.written[zone] + slip);
          int blocks = 1 + random.nextInt(capacity / 3);
          int pointer = reference.written[zone];
          setup.stamp(0, blocks, mark(zone, append ? pointer : at));
          status = setup.status(write(setup, zone, at, blocks));
          expected = reference.write(zone, at, blocks);
          if (append && status == 0) {
            assertEquals(setup.start(zone) + pointer, setup.outcomes.longResult(0), where);
          }
        } else {
          ZoneAction action = ZoneAction.values()[random.nextInt(ZoneAction.values().length)];
          status = setup.status(setup.manage(action, zone));
          expected = reference.manage(zone, action);
        }
        assertEquals(expected, status == 0 ? null : StatusCode.of(status), where);
        reference.compare(setup.all(), where);
        if (reference.written[zone] > 0) {
          readBack(setup, zone, reference.written[zone], where);
        }
      }
    }
  }

  private static long mark(int zone, int block) {
    return (long) zone << 32 | block;
  }

  private static boolean write(ZonedSetup setup, int zone, int at, int blocks) {
    return at < 0 ? setup.append(zone, blocks) : setup.write(setup.start(zone) + at, blocks);
  }

  private static void readBack(ZonedSetup setup, int zone, int blocks, String where)
      throws NvmeException {
    setup.done(setup.read(setup.start(zone), blocks));
    for (int i = 0; i < blocks; i++) {
      assertEquals(mark(zone, i), setup.stampAt(i), where);
    }
  }

  /** Threads that append to the same zones: no block is given twice, and each has what was sent. */
  @Test
  void appendsOfSeveralThreadsEachHaveTheirPlace() throws Exception {
    int threads = 3;
    int rounds = 20;
    try (ZonedSetup setup = new ZonedSetup(open());
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      int capacity = setup.capacity();
      for (int round = 0; round < rounds; round++) {
        setup.done(setup.zones.manageAll(ZoneAction.RESET, 0));
        Map<Long, Long> places = new ConcurrentHashMap<>();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          long mark = i + 1L;
          all.add(pool.submit(() -> append(setup, mark, 2 * capacity / threads, places)));
        }
        for (Future<?> each : all) {
          each.get();
        }
        assertEquals(2 * capacity / threads * threads, places.size());
        for (int zone = 0; zone < 2; zone++) {
          setup.done(setup.read(setup.start(zone), capacity));
          for (int i = 0; i < capacity; i++) {
            Long expected = places.get(setup.start(zone) + i);
            assertTrue(expected != null, "block " + i + " of zone " + zone + " is nobody's");
            assertEquals(expected, setup.stampAt(i));
          }
        }
      }
    }
  }

  /**
   * Appends blocks one by one, many in flight: to the second zone what the first has no room for.
   */
  private static Void append(ZonedSetup setup, long mark, int count, Map<Long, Long> places)
      throws NvmeException {
    int depth = 8;
    try (QueuePair queue = setup.controller.openQueuePair(depth + 1)) {
      ZonedQueue zones = new ZonedQueue(queue, setup.zoned);
      DmaBuffer buffer = setup.controller.dma().allocate((long) count * setup.blockSize(), 4096);
      List<Integer> refused = new ArrayList<>();
      CompletionHandler handler =
          (token, status, result) -> {
            int block = (int) token;
            if (status == 0) {
              assertNull(places.put(result, stamp(mark, block)), "given twice: " + result);
            } else {
              refused.add(block);
            }
          };
      for (int zone = 0; zone < 2; zone++) {
        List<Integer> todo = new ArrayList<>(refused);
        refused.clear();
        for (int i = 0; zone == 0 && i < count; i++) {
          todo.add(i);
        }
        for (int block : todo) {
          long at = (long) block * setup.blockSize();
          buffer.memory().set(JAVA_LONG, at, stamp(mark, block));
          while (!zones.append(setup.start(zone), 1, buffer.iova() + at, block)) {
            queue.ring();
            queue.poll(handler, depth);
          }
        }
        Setup.finish(queue, handler);
      }
      assertEquals(List.of(), refused);
      setup.controller.dma().free(buffer);
    }
    return null;
  }

  private static long stamp(long mark, int block) {
    return mark << 32 | block;
  }
}
