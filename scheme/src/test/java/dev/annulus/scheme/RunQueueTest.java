// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Opcode;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunQueueTest {
  @Test
  void aPendingOperationTakesNoMoreThan32Bytes() {
    assertTrue(RunQueue.RECORD <= 32);
  }

  @Test
  void everyRecordIsGivenOutOnceUntilTheCreditIsUsedUp() {
    try (Arena arena = Arena.ofConfined()) {
      RunQueue queue = new RunQueue(5, arena);
      boolean[] seen = new boolean[5];
      for (int i = 0; i < 5; i++) {
        int slot = queue.next();
        assertFalse(seen[slot]);
        seen[slot] = true;
        queue.take(100 + i, Opcode.READ, 3, 55, 7L);
        assertEquals(55, queue.note(slot));
        assertEquals(100 + i, queue.userData(slot));
        assertEquals(Opcode.READ, queue.opcode(slot));
        assertEquals(3, queue.scheme(slot));
        assertEquals(7L, queue.started(slot));
      }
      assertEquals(-1, queue.next());
      assertEquals(5, queue.used());
    }
  }

  @Test
  void aTokenOfAnEarlierUseDoesNotMatch() {
    try (Arena arena = Arena.ofConfined()) {
      RunQueue queue = new RunQueue(1, arena);
      int generation = queue.generation(0);
      queue.take(1, Opcode.NOP, 0, 0, 0);
      assertTrue(queue.matches(0, generation));
      queue.give(0);
      assertFalse(queue.matches(0, generation));
      queue.take(2, Opcode.NOP, 0, 0, 0);
      assertFalse(queue.matches(0, generation));
      assertTrue(queue.matches(0, queue.generation(0)));
      assertFalse(queue.matches(1, 0), "a slot beyond the table");
    }
  }

  @Test
  void randomUseKeepsRecordsApart() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (Arena arena = Arena.ofConfined()) {
      RunQueue queue = new RunQueue(64, arena);
      List<Integer> used = new ArrayList<>();
      for (int i = 0; i < 100_000; i++) {
        if (random.nextBoolean() && queue.next() >= 0) {
          int slot = queue.next();
          queue.take(slot * 31L, slot & 0x7f, slot, 0, i);
          used.add(slot);
        } else if (!used.isEmpty()) {
          int slot = used.remove(random.nextInt(used.size()));
          assertEquals(slot * 31L, queue.userData(slot), "seed " + seed);
          assertEquals(slot, queue.scheme(slot), "seed " + seed);
          assertEquals(slot, queue.find(slot * 31L), "seed " + seed);
          queue.give(slot);
          assertEquals(-1, queue.find(slot * 31L), "seed " + seed);
        }
        assertEquals(used.size(), queue.used(), "seed " + seed);
      }
    }
  }
}
