// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Reads a private copy of a structure that a device wrote: all that is in it may be a lie. */
final class LittleEndian {
  private LittleEndian() {}

  static int u8(byte[] data, int at) {
    return data[at] & 0xFF;
  }

  static int u16(byte[] data, int at) {
    return (int) number(data, at, 2);
  }

  static long u32(byte[] data, int at) {
    return number(data, at, 4);
  }

  static int i32(byte[] data, int at) {
    return (int) number(data, at, 4);
  }

  static long i64(byte[] data, int at) {
    return number(data, at, 8);
  }

  /** A number of at most 8 bytes. */
  static long number(byte[] data, int at, int width) {
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = value << 8 | data[at + i] & 0xFF;
    }
    return value;
  }

  /** An unsigned number of any width. */
  static BigInteger unsigned(byte[] data, int at, int width) {
    byte[] reversed = new byte[width];
    for (int i = 0; i < width; i++) {
      reversed[i] = data[at + width - 1 - i];
    }
    return new BigInteger(1, reversed);
  }

  /** Text with blanks around it; whatever is not printable is shown as a question mark. */
  static String text(byte[] data, int at, int length) {
    return new String(data, at, length, StandardCharsets.ISO_8859_1)
        .replaceAll("[^ -~]", "?")
        .strip();
  }

  /** As {@link #text}, up to the first byte of 0. */
  static String terminated(byte[] data, int at, int most) {
    int length = 0;
    while (length < most && data[at + length] != 0) {
      length++;
    }
    return text(data, at, length);
  }

  static void put(byte[] data, int at, int width, long value) {
    for (int i = 0; i < width; i++) {
      data[at + i] = (byte) (value >>> 8 * i);
    }
  }
}
