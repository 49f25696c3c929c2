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

  final RangeList list;

  private DatasetRanges(RangeList list) {
    this.list = list;
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
    return new DatasetRanges(new RangeList(dma, capacity, NvmOpcode.DSM_RANGE_SIZE));
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
    long at = list.add(lba, blocks, Integer.MAX_VALUE);
    list.memory().set(JAVA_INT, at, attributes);
    list.memory().set(JAVA_INT, at + NvmOpcode.DSM_RANGE_BLOCKS, blocks);
    list.memory().set(JAVA_LONG, at + NvmOpcode.DSM_RANGE_LBA, lba);
    return this;
  }

  /**
   * Makes the list empty.
   *
   * @return this
   */
  public DatasetRanges clear() {
    list.clear();
    return this;
  }

  /**
   * How many ranges there are.
   *
   * @return 0 and up
   */
  public int count() {
    return list.count();
  }

  /** Frees the memory. No command that has the list may be in flight. */
  @Override
  public void close() {
    list.free();
  }
}
