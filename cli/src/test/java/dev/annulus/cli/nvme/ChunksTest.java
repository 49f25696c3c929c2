// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunksTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1, 8",
    "0, 8, 8",
    "0, 9, 8",
    "3, 5, 8",
    "3, 6, 8",
    "7, 100, 8",
    "16, 8, 8",
    "5, 3, 1"
  })
  void coverTheRangeOnceAndCrossNoBoundary(long first, long count, int size) {
    Chunks chunks = new Chunks(new BlockRange.Range(first, count), size);
    long next = first;
    for (long chunk = 0; chunk < chunks.count(); chunk++) {
      assertEquals(next, chunks.first(chunk));
      int blocks = chunks.blocks(chunk);
      assertTrue(blocks >= 1 && blocks <= size);
      assertEquals(next / size, (next + blocks - 1) / size);
      next += blocks;
    }
    assertEquals(first + count, next);
  }
}
