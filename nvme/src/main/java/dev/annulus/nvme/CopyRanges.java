// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * Source ranges of a copy, in memory that the device reads them from. Filled, submitted with {@link
 * NvmCommands#copy}, and left alone until that completes; then used again after {@link #clear}. Not
 * for two threads at a time. Only making one allocates.
 *
 * <p>Source: NVM Command Set Specification 1.0, section 3.2.2, descriptor format 0h.
 */
public final class CopyRanges implements AutoCloseable {
  /** Bytes of an entry. */
  static final int ENTRY = NvmOpcode.COPY_RANGE_SIZE;

  private static final int PAGE = 4096;

  private final DmaMemory dma;
  private final DmaBuffer buffer;
  private final int capacity;
  private int count;
  private int longest;
  private long total;
  private long end;

  private CopyRanges(DmaMemory dma, int capacity) throws NvmeException {
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
  public static CopyRanges allocate(DmaMemory dma, int capacity) throws NvmeException {
    if (capacity < 1 || capacity > NvmOpcode.MAX_RANGES) {
      throw new IllegalArgumentException(capacity + " ranges: must be 1 to 256");
    }
    return new CopyRanges(dma, capacity);
  }

  /**
   * Adds a range without protection information, or whose is not checked.
   *
   * @param lba first block
   * @param blocks how many, 1 to 65,536
   * @return this
   */
  public CopyRanges add(long lba, int blocks) {
    return add(lba, blocks, 0, 0);
  }

  /**
   * Adds a range.
   *
   * @param lba first block
   * @param blocks how many, 1 to 65,536
   * @param expected the tags that its blocks should have
   * @return this
   */
  public CopyRanges add(long lba, int blocks, Protection expected) {
    int reference = (int) lba + expected.referenceTagOffset();
    return add(lba, blocks, reference, expected.applicationTags());
  }

  private CopyRanges add(long lba, int blocks, int referenceTag, int applicationTags) {
    if (count == capacity) {
      throw new IllegalStateException("all " + capacity + " ranges are used: clear, or a new list");
    }
    if (blocks < 1 || blocks > NvmOpcode.MAX_BLOCKS || lba < 0 || lba > Long.MAX_VALUE - blocks) {
      throw new IllegalArgumentException(
          "range of %,d blocks from %,d: 1 to 65,536, from 0".formatted(blocks, lba));
    }
    long at = (long) count * ENTRY;
    buffer.memory().set(JAVA_LONG, at, 0);
    buffer.memory().set(JAVA_LONG, at + NvmOpcode.COPY_RANGE_LBA, lba);
    buffer.memory().set(JAVA_LONG, at + NvmOpcode.COPY_RANGE_BLOCKS, blocks - 1L);
    buffer.memory().set(JAVA_INT, at + NvmOpcode.COPY_RANGE_TAGS, referenceTag);
    buffer.memory().set(JAVA_INT, at + NvmOpcode.COPY_RANGE_TAGS + 4, applicationTags);
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
  public CopyRanges clear() {
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

  /**
   * How many blocks all ranges have together.
   *
   * @return 0 and up
   */
  public long total() {
    return total;
  }

  /** The blocks of the longest range. */
  int longest() {
    return longest;
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
