// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What firmware a controller holds (Firmware Slot Information).
 *
 * <p>Source: NVM Express Base Specification 2.0, figure 209.
 *
 * @param active the slot that runs, 1 to 7
 * @param next the slot that will run after the next reset, 0 where it is the same
 * @param revisions of slots 1 to 7, empty where there is none
 */
public record FirmwareSlots(int active, int next, List<String> revisions) {
  private static final int SLOTS = 7;

  static FirmwareSlots parse(byte[] data) {
    int active = LittleEndian.u8(data, LogPage.FIRMWARE_ACTIVE);
    return new FirmwareSlots(
        active & 7,
        active >>> 4 & 7,
        IntStream.range(0, SLOTS).mapToObj(i -> text(data, i)).toList());
  }

  private static String text(byte[] data, int slot) {
    int at = LogPage.FIRMWARE_SLOT1 + 8 * slot;
    return LittleEndian.number(data, at, 8) == 0 ? "" : LittleEndian.text(data, at, 8);
  }
}
