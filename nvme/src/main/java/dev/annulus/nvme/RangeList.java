// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;

/**
 * A list of block ranges in memory that the device reads: where the next entry goes, and what all
 * of them come to. What is in an entry is the command's.
 */
final class RangeList {
  private static final int PAGE = 4096;

  private final DmaMemory dma;
  private final DmaBuffer buffer;
  private final int capacity;
  private final int entry;
  private int count;
  private long longest;
  private long total;
  private long end;

  /** Of at most so many entries of so many bytes. */
  RangeList(DmaMemory dma, int capacity, int entry) throws NvmeException {
    if (capacity < 1 || capacity > NvmOpcode.MAX_RANGES) {
      throw new IllegalArgumentException(capacity + " ranges: must be 1 to 256");
    }
    this.dma = dma;
    this.capacity = capacity;
    this.entry = entry;
    buffer = dma.allocate((long) capacity * entry, PAGE);
  }

  /** Counts a range in; answers where its entry is to be written in {@link #memory}. */
  long add(long lba, int blocks, int most) {
    if (count == capacity) {
      throw new IllegalStateException("all " + capacity + " ranges are used: clear, or a new list");
    }
    if (blocks < 1 || blocks > most || lba < 0 || lba > Long.MAX_VALUE - blocks) {
      throw new IllegalArgumentException(
          "range of %,d blocks from %,d: 1 to %,d, from 0".formatted(blocks, lba, most));
    }
    longest = Math.max(longest, blocks);
    total += blocks;
    end = Math.max(end, lba + blocks);
    return (long) count++ * entry;
  }

  void clear() {
    count = 0;
    longest = 0;
    total = 0;
    end = 0;
  }

  MemorySegment memory() {
    return buffer.memory();
  }

  int count() {
    return count;
  }

  /** The blocks of the longest range. */
  long longest() {
    return longest;
  }

  /** The blocks of all ranges together. */
  long total() {
    return total;
  }

  /** The block after the last of all. */
  long end() {
    return end;
  }

  long iova() {
    return buffer.iova();
  }

  long bytes() {
    return (long) count * entry;
  }

  void free() {
    dma.free(buffer);
  }
}
