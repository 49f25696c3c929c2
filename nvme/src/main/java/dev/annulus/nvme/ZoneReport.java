// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to {@link ZonedQueue#report}.
 *
 * @param number how many zones there are from where the report was to begin, of those asked for;
 *     where it was to be partial, how many are listed
 * @param zones those that had room in the buffer, in ascending order
 */
public record ZoneReport(long number, List<Zone> zones) {
  private static final int STATE_SHIFT = 4;

  /**
   * Bytes that a report of so many zones takes.
   *
   * @param zones at least 0
   * @return the bytes, without descriptor extensions
   */
  public static int bytes(int zones) {
    return ZoneLayout.HEADER + zones * ZoneLayout.DESCRIPTOR;
  }

  /**
   * Reads a report from memory that a completed command has filled. Of the device's word nothing is
   * believed that cannot be: a copy is checked, and then used.
   *
   * @param memory as long as the report that was asked for
   * @param namespace what the report is of
   * @return the report
   * @throws NvmeException where there is a zone that cannot be
   */
  public static ZoneReport parse(MemorySegment memory, ZonedNamespace namespace)
      throws NvmeException {
    byte[] copy = memory.toArray(JAVA_BYTE);
    if (copy.length < ZoneLayout.HEADER) {
      throw new IllegalArgumentException(
          "a report of " + copy.length + " bytes: it has at least " + ZoneLayout.HEADER);
    }
    ByteBuffer from = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    long number = from.getLong(ZoneLayout.NUMBER);
    if (number < 0 || number > namespace.zones()) {
      throw wrong(
          namespace, "has %s zones of %,d", Long.toUnsignedString(number), namespace.zones());
    }
    long listed = Math.min(number, (copy.length - ZoneLayout.HEADER) / ZoneLayout.DESCRIPTOR);
    List<Zone> zones = new ArrayList<>((int) listed);
    long after = -1;
    for (int i = 0; i < listed; i++) {
      Zone zone = zone(from, bytes(i), namespace);
      if (zone.start() <= after) {
        throw wrong(namespace, "has zone %xh after %xh", zone.start(), after);
      }
      after = zone.start();
      zones.add(zone);
    }
    return new ZoneReport(number, List.copyOf(zones));
  }

  private static Zone zone(ByteBuffer from, int at, ZonedNamespace namespace) throws NvmeException {
    int type = from.get(at + ZoneLayout.TYPE) & 0xF;
    int number = from.get(at + ZoneLayout.STATE) >> STATE_SHIFT & 0xF;
    ZoneState state = ZoneState.of(number);
    long start = from.getLong(at + ZoneLayout.START);
    long capacity = from.getLong(at + ZoneLayout.CAPACITY);
    long pointer = from.getLong(at + ZoneLayout.WRITE_POINTER);
    if (state == null || type != ZoneLayout.SEQUENTIAL) {
      throw wrong(namespace, "has a zone of type %xh in state %xh", type, number);
    }
    boolean exists = start >= 0 && start < namespace.namespace().blocks();
    if (!exists || start % namespace.zoneSize() != 0) {
      throw wrong(namespace, "has a zone at %xh", start);
    }
    if (capacity < 1 || capacity > namespace.zoneSize()) {
      throw wrong(namespace, "has %,d blocks in the zone at %xh", capacity, start);
    }
    if (!state.hasWritePointer()) {
      pointer = Zone.NONE;
    } else if (pointer < start || pointer > start + capacity) {
      throw wrong(namespace, "has write pointer %xh in the zone at %xh", pointer, start);
    }
    return new Zone(start, capacity, pointer, state, from.get(at + ZoneLayout.ATTRIBUTES) & 0xFF);
  }

  private static NvmeException wrong(ZonedNamespace namespace, String what, Object... values) {
    return new NvmeException(
        "the report of namespace "
            + Integer.toUnsignedString(namespace.namespace().nsid())
            + " "
            + what.formatted(values)
            + ", which cannot be: ask again; where it stays, the controller is broken");
  }
}
