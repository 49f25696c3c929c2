// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Ranges of blocks to tell the device about, in memory that it reads them from. Filled, submitted
 * with {@link NvmCommands#manage}, and left alone until that completes; then used again after
 * {@link #clear}. Not for two threads at a time. Only making one allocates.
 *
 * <p>Source: NVM Command Set Specification 1.0, section 3.2.3.
 */
public final class DatasetRanges implements AutoCloseable {
  /** Attribute of all ranges: they hold nothing of worth any more. */
  public static final int DEALLOCATE = NvmOpcode.DSM_DEALLOCATE;

  /** Attribute of all ranges: they will be written as a whole. */
  public static final int INTEGRAL_WRITE = NvmOpcode.DSM_INTEGRAL_WRITE;

  /** Attribute of all ranges: they will be read as a whole. */
  public static final int INTEGRAL_READ = NvmOpcode.DSM_INTEGRAL_READ;

  /** Attribute of one range: it will be written soon. */
  public static final int WRITE_PREPARE = 1 << 10;

  /** Attribute of one range: it will be written in sequence. */
  public static final int SEQUENTIAL_WRITE = 1 << 9;

  /** Attribute of one range: it will be read in sequence. */
  public static final int SEQUENTIAL_READ = 1 << 8;

  /** Attribute of one range: the latency that is wanted, 1 (idle) to 3 (low), in bits 5:4. */
  public static final int LATENCY_SHIFT = 4;

  /** Attribute of one range: blocks of an access, 1 to 255, in bits 31:24. */
  public static final int ACCESS_SIZE_SHIFT = 24;

  /** All attributes of all ranges. */
  static final int ATTRIBUTES = DEALLOCATE | INTEGRAL_WRITE | INTEGRAL_READ;

  private static final int ENTRY = NvmOpcode.DSM_RANGE_SIZE;
  private static final int PAGE = 4096;

  private final DmaMemory dma;
  private final DmaBuffer buffer;
  private final int capacity;
  private int count;
  private long longest;
  private long total;
  private long end;

  private DatasetRanges(DmaMemory dma, int capacity) throws NvmeException {
    this.dma = dma;
    this.capacity = capacity;
    buffer = dma.allocate((long) capacity * ENTRY, PAGE);
  }

  /**
   * Allocates an empty list.
   *
   * @param dma the controller's
   * @param capacity how many ranges, 1 to 256
   * @return the list
   * @throws NvmeException where there is no memory left
   */
  public static DatasetRanges allocate(DmaMemory dma, int capacity) throws NvmeException {
    if (capacity < 1 || capacity > NvmOpcode.MAX_RANGES) {
      throw new IllegalArgumentException(capacity + " ranges: must be 1 to 256");
    }
    return new DatasetRanges(dma, capacity);
  }

  /**
   * Adds a range.
   *
   * @param lba first block
   * @param blocks how many, 1 and up
   * @return this
   */
  public DatasetRanges add(long lba, int blocks) {
    return add(lba, blocks, 0);
  }

  /**
   * Adds a range with attributes.
   *
   * @param lba first block
   * @param blocks how many, 1 and up
   * @param attributes {@link #SEQUENTIAL_READ} and its like, added up; the access frequency, as the
   *     specification counts it, is in bits 3:0
   * @return this
   */
  public DatasetRanges add(long lba, int blocks, int attributes) {
    if (count == capacity) {
      throw new IllegalStateException("all " + capacity + " ranges are used: clear, or a new list");
    }
    if (blocks < 1 || lba < 0 || lba > Long.MAX_VALUE - blocks) {
      throw new IllegalArgumentException(
          "range of %,d blocks from %,d: at least 1, from 0".formatted(blocks, lba));
    }
    long at = (long) count * ENTRY;
    buffer.memory().set(JAVA_INT, at, attributes);
    buffer.memory().set(JAVA_INT, at + NvmOpcode.DSM_RANGE_BLOCKS, blocks);
    buffer.memory().set(JAVA_LONG, at + NvmOpcode.DSM_RANGE_LBA, lba);
    count++;
    longest = Math.max(longest, blocks);
    total += blocks;
    end = Math.max(end, lba + blocks);
    return this;
  }

  /**
   * Makes the list empty.
   *
   * @return this
   */
  public DatasetRanges clear() {
    count = 0;
    longest = 0;
    total = 0;
    end = 0;
    return this;
  }

  /**
   * How many ranges there are.
   *
   * @return 0 and up
   */
  public int count() {
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
    return (long) count * ENTRY;
  }

  /** Frees the memory. No command that has the list may be in flight. */
  @Override
  public void close() {
    dma.free(buffer);
  }
}
