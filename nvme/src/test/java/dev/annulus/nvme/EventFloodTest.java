// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A device that tells of something whenever it is asked, with whatever words. */
@Timeout(60)
class EventFloodTest {
  private static final long CAP = 63 | 1L << 24 | (long) Registers.CSS_NVM << 37;

  /** Event requests at most, twenty times a second, and as much again for a slow beginning. */
  private static final long MOST_A_SECOND = 2 * 20 * 2 * EventRequests.MOST;

  @Test
  void isHeardNoMoreOftenThanLookedAt() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    AtomicLong commands = new AtomicLong();
    AtomicLong told = new AtomicLong();
    ScriptedDevice device =
        new ScriptedDevice(CAP) {
          @Override
          int answer(int opcode, int nsid, long cdw10, MemorySegment page) {
            commands.incrementAndGet();
            if (opcode == AdminOpcode.IDENTIFY && page != null) {
              page.set(JAVA_BYTE, ControllerField.AERL.offset, (byte) -1);
            }
            return opcode == AdminOpcode.ASYNC_EVENT ? random.nextInt() : 0;
          }
        };
    try (device;
        Controller controller = Controller.start(device, ControllerOptions.DEFAULT)) {
      controller.onEvent(event -> told.incrementAndGet());
      long begin = System.nanoTime();
      int asked = 0;
      while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(2)) {
        controller.admin().controller();
        asked++;
        Thread.sleep(1);
      }
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin) + 1;
      assertTrue(asked > 20, "others have their turn: " + asked + ", seed " + seed);
      assertTrue(told.get() > 0, "seed " + seed);
      assertTrue(told.get() < seconds * MOST_A_SECOND, told + " events, seed " + seed);
      long others = commands.get() - asked;
      assertTrue(others < seconds * 4 * MOST_A_SECOND, others + " commands, seed " + seed);
    }
    assertEquals(0, device.memory.size(), "seed " + seed);
  }
}
