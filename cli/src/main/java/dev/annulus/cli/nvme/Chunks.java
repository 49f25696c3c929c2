// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

/**
 * A range of blocks in pieces, cut at multiples of a number of blocks: all have so many, but
 * perhaps the first and the last.
 *
 * @param range what is cut
 * @param size blocks of a piece
 */
record Chunks(BlockRange.Range range, int size) {
  private long before() {
    return range.first() / size;
  }

  private long behind() {
    return range.first() + range.count();
  }

  long count() {
    return (behind() - 1) / size + 1 - before();
  }

  long first(long chunk) {
    return Math.max(range.first(), (before() + chunk) * size);
  }

  int blocks(long chunk) {
    return (int) (Math.min(behind(), (before() + chunk + 1) * size) - first(chunk));
  }
}
