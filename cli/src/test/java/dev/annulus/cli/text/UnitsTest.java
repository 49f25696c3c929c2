// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1, 1 byte",
    "1023, 1023 bytes",
    "1024, 1.0 KiB",
    "145959730, 139.2 MiB",
    "9223372036854775807, 8388608.0 TiB"
  })
  void sizesAreRounded(long bytes, String text) {
    assertEquals(text, Units.size(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 ns",
    "999, 999 ns",
    "1000, 1.00 us",
    "9990, 9.99 us",
    "9996, 10.0 us",
    "99960, 100 us",
    "999499, 999 us",
    "999500, 1.00 ms",
    "1500000000, 1.50 s",
    "3600000000000, 3600 s"
  })
  void timesHaveThreeDigits(long nanos, String text) {
    assertEquals(text, Units.time(nanos));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "4K, 4096",
    "4KiB, 4096",
    "16M, 16777216",
    "1G, 1073741824",
    "8388607T, 9223370937343148032"
  })
  void sizesAreRead(String text, long bytes) {
    assertEquals(bytes, Units.parseSize(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1.5G", "K", "1KK", "1B", "12 K", "1k"})
  void whatIsNoSizeIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Units.parseSize(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8388608T", "999999999999999999K"})
  void sizesBeyond63BitsAreRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Units.parseSize(text));
  }

  @Test
  void ratesOfNoTimeAreZero() {
    assertEquals(0, Units.mibPerSecond(1, 0));
    assertEquals(2, Units.mibPerSecond(1 << 20, 500_000_000));
  }

  @Test
  void countsAreGrouped() {
    assertEquals("1,234,567", Units.count(1_234_567));
  }
}
