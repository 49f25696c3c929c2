// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The guard of protection information: CRC-16 T10-DIF, polynomial 8BB7h, most significant bit
 * first, beginning with 0. Eight bytes a step, by a table for each of them; byte by byte it takes
 * several times as long.
 *
 * <p>Source: NVM Command Set Specification 1.0, section 5.2.1; its check value, the CRC of
 * "123456789", is D0DBh.
 */
final class Crc16 {
  private static final int POLYNOMIAL = 0x8BB7;
  private static final int STEP = 8;
  private static final ValueLayout.OfLong BIG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Of a byte that so many others follow, at 256 times their number: what it adds to the CRC. */
  private static final char[] TABLE = table();

  private Crc16() {}

  private static char[] table() {
    char[] table = new char[STEP * 256];
    for (int value = 0; value < 256; value++) {
      int crc = value << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc << 1 ^ ((crc & 0x8000) != 0 ? POLYNOMIAL : 0);
      }
      table[value] = (char) crc;
    }
    for (int i = 256; i < table.length; i++) {
      int before = table[i - 256];
      table[i] = (char) (before << 8 ^ table[before >>> 8]);
    }
    return table;
  }

  /** The CRC of all bytes before, and then these. */
  static int update(int crc, MemorySegment memory, long at, long length) {
    int now = crc;
    long steps = length / STEP;
    for (long i = 0; i < steps; i++) {
      long bytes = memory.get(BIG, at + i * STEP) ^ (long) now << 48;
      now = step((int) (bytes >>> 32), 4) ^ step((int) bytes, 0);
    }
    for (long i = steps * STEP; i < length; i++) {
      int next = (now >>> 8 ^ memory.get(JAVA_BYTE, at + i)) & 0xFF;
      now = (now << 8 ^ TABLE[next]) & 0xFFFF;
    }
    return now;
  }

  /** What four bytes add, so many bytes before the last of the eight. */
  private static int step(int bytes, int after) {
    return TABLE[(after + 3) * 256 + (bytes >>> 24)]
        ^ TABLE[(after + 2) * 256 + (bytes >>> 16 & 0xFF)]
        ^ TABLE[(after + 1) * 256 + (bytes >>> 8 & 0xFF)]
        ^ TABLE[after * 256 + (bytes & 0xFF)];
  }
}
