// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports that a device could send. */
class ZoneReportTest {
  private static final int ROOM = 3;
  private static final ZonedNamespace ZONED =
      new ZonedNamespace(
          new Namespace(1, 512, 640, false, BlockMetadata.NONE, NvmLimits.NONE),
          64,
          3,
          5,
          false,
          false,
          0,
          4096);

  private final MemorySegment memory = MemorySegment.ofArray(new byte[ZoneReport.bytes(ROOM)]);

  @BeforeEach
  void fill() {
    memory.set(JAVA_LONG_UNALIGNED, ZoneLayout.NUMBER, 10);
    for (int i = 0; i < ROOM; i++) {
      set(i, ZoneLayout.CAPACITY, 48);
      set(i, ZoneLayout.START, 64L * i);
      set(i, ZoneLayout.WRITE_POINTER, 64L * i + 7);
      put(i, ZoneLayout.TYPE, ZoneLayout.SEQUENTIAL);
      put(i, ZoneLayout.STATE, ZoneState.CLOSED.value << 4);
    }
  }

  private void set(int zone, int field, long value) {
    memory.set(JAVA_LONG_UNALIGNED, ZoneReport.bytes(zone) + field, value);
  }

  private void put(int zone, int field, int value) {
    memory.set(JAVA_BYTE, ZoneReport.bytes(zone) + field, (byte) value);
  }

  private void refuses(String words) {
    NvmeException e = assertThrows(NvmeException.class, () -> ZoneReport.parse(memory, ZONED));
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  @Test
  void takesWhatCanBe() throws Exception {
    put(2, ZoneLayout.STATE, ZoneState.OFFLINE.value << 4);
    set(2, ZoneLayout.WRITE_POINTER, -1);
    put(1, ZoneLayout.ATTRIBUTES, 0x84);
    ZoneReport report = ZoneReport.parse(memory, ZONED);
    assertEquals(10, report.number());
    assertEquals(ROOM, report.zones().size());
    assertEquals(new Zone(64, 48, 71, ZoneState.CLOSED, 0x84), report.zones().get(1));
    assertEquals(new Zone(128, 48, Zone.NONE, ZoneState.OFFLINE, 0), report.zones().get(2));
  }

  @Test
  void refusesWhatCannotBe() {
    memory.set(JAVA_LONG_UNALIGNED, ZoneLayout.NUMBER, 11);
    refuses("11 zones of 10");
    memory.set(JAVA_LONG_UNALIGNED, ZoneLayout.NUMBER, -1);
    refuses("18446744073709551615 zones");
    memory.set(JAVA_LONG_UNALIGNED, ZoneLayout.NUMBER, 10);
    put(1, ZoneLayout.STATE, 5 << 4);
    refuses("in state 5h");
    put(1, ZoneLayout.STATE, ZoneState.CLOSED.value << 4);
    put(1, ZoneLayout.TYPE, 1);
    refuses("of type 1h");
    put(1, ZoneLayout.TYPE, ZoneLayout.SEQUENTIAL);
    set(1, ZoneLayout.START, 640);
    refuses("a zone at 280h");
    set(1, ZoneLayout.START, -64);
    refuses("a zone at");
    set(1, ZoneLayout.START, 65);
    refuses("a zone at 41h");
    set(1, ZoneLayout.START, 0);
    set(1, ZoneLayout.WRITE_POINTER, 1);
    refuses("zone 0h after 0h");
    set(1, ZoneLayout.START, 64);
    refuses("write pointer 1h");
    set(1, ZoneLayout.WRITE_POINTER, 64 + 49);
    refuses("write pointer 71h");
    set(1, ZoneLayout.WRITE_POINTER, 64 + 48);
    set(1, ZoneLayout.CAPACITY, 65);
    refuses("65 blocks");
    set(1, ZoneLayout.CAPACITY, 0);
    refuses("0 blocks");
    assertThrows(
        IllegalArgumentException.class, () -> ZoneReport.parse(memory.asSlice(0, 60), ZONED));
  }

  @Test
  void anyBytesAreAReportOrRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] bytes = memory.toArray(JAVA_BYTE);
    for (int i = 0; i < 100_000; i++) {
      byte[] copy = bytes.clone();
      for (int j = random.nextInt(4); j >= 0; j--) {
        copy[random.nextInt(copy.length)] = (byte) random.nextInt();
      }
      try {
        for (Zone zone : ZoneReport.parse(MemorySegment.ofArray(copy), ZONED).zones()) {
          assertTrue(zone.room() >= 0 && zone.room() <= zone.capacity(), "seed " + seed);
          assertTrue(ZONED.holds(zone.start(), zone.start(), (int) zone.capacity()));
        }
      } catch (NvmeException e) {
        assertTrue(e.getMessage().contains("cannot be"), e.getMessage());
      }
    }
  }
}
