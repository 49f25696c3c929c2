// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HandleTableTest {
  @Test
  void givesTheLowestFreeNumber() {
    HandleTable table = new HandleTable(100);
    for (int i = 0; i < 20; i++) {
      assertEquals(i, table.add(i % 3, 1000 + i));
    }
    table.remove(7);
    table.remove(3);
    assertEquals(-1, table.scheme(3));
    assertEquals(3, table.add(1, 5));
    assertEquals(7, table.add(2, 6));
    assertEquals(20, table.open());
    assertEquals(6, table.resource(7));
  }

  @Test
  void knowsItsQuota() {
    HandleTable table = new HandleTable(2);
    table.add(0, 1);
    assertFalse(table.full());
    table.add(0, 2);
    assertTrue(table.full());
  }

  @Test
  void anyNumberFromAClientIsSafe() {
    HandleTable table = new HandleTable(2);
    for (int handle : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 8, 0}) {
      assertEquals(-1, table.scheme(handle));
    }
  }
}
