// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandSlotsTest {
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 64, 1024, 4096})
  void hasOneSlotLessThanEntries(int entries) {
    CommandSlots slots = new CommandSlots(entries);
    for (int i = 0; i < entries - 1; i++) {
      assertNotEquals(-1, slots.take(i));
    }
    assertEquals(-1, slots.take(99));
    assertEquals(entries - 1, slots.inFlight());
  }

  @Test
  void findsNothingThatIsNotInFlight() {
    CommandSlots slots = new CommandSlots(16);
    for (int id = 0; id <= 0xFFFF; id++) {
      assertEquals(-1, slots.find(id));
    }
    int slot = slots.take(7);
    int id = slots.id(slot);
    for (int other = 0; other <= 0xFFFF; other++) {
      assertEquals(other == id ? slot : -1, slots.find(other));
    }
    slots.release(slot);
    assertEquals(-1, slots.find(id));
    assertFalse(slots.busy(slot));
  }

  @Test
  void givesASlotAnotherIdentifierEachTime() {
    CommandSlots slots = new CommandSlots(4096);
    int slot = slots.take(1);
    int first = slots.id(slot);
    slots.release(slot);
    assertEquals(slot, slots.take(2));
    assertNotEquals(first, slots.id(slot));
    assertEquals(-1, slots.find(first), "stale");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 4096})
  void randomUseKeepsTokensAndNeverUsesTheReservedIdentifier(int entries) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    CommandSlots slots = new CommandSlots(entries);
    Map<Integer, Long> inFlight = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      if (random.nextBoolean()) {
        long token = random.nextLong();
        int slot = slots.take(token);
        if (slot >= 0) {
          int id = slots.id(slot);
          assertNotEquals(0xFFFF, id);
          assertEquals(null, inFlight.put(id, token), "seed " + seed);
        }
      } else if (!inFlight.isEmpty()) {
        int id = inFlight.keySet().iterator().next();
        int slot = slots.find(id);
        assertTrue(slot >= 0, "seed " + seed);
        assertEquals(inFlight.remove(id), slots.token(slot), "seed " + seed);
        slots.release(slot);
      }
      assertEquals(inFlight.size(), slots.inFlight(), "seed " + seed);
    }
  }
}
