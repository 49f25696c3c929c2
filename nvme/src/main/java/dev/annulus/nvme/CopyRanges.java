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
  final RangeList list;

  private CopyRanges(RangeList list) {
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
  public static CopyRanges allocate(DmaMemory dma, int capacity) throws NvmeException {
    return new CopyRanges(new RangeList(dma, capacity, NvmOpcode.COPY_RANGE_SIZE));
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
    long at = list.add(lba, blocks, NvmOpcode.MAX_BLOCKS);
    list.memory().set(JAVA_LONG, at, 0);
    list.memory().set(JAVA_LONG, at + NvmOpcode.COPY_RANGE_LBA, lba);
    list.memory().set(JAVA_LONG, at + NvmOpcode.COPY_RANGE_BLOCKS, blocks - 1L);
    list.memory().set(JAVA_INT, at + NvmOpcode.COPY_RANGE_TAGS, referenceTag);
    list.memory().set(JAVA_INT, at + NvmOpcode.COPY_RANGE_TAGS + 4, applicationTags);
    return this;
  }

  /**
   * Makes the list empty.
   *
   * @return this
   */
  public CopyRanges clear() {
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

  /**
   * How many blocks all ranges have together.
   *
   * @return 0 and up
   */
  public long total() {
    return list.total();
  }

  /** Frees the memory. No command that has the list may be in flight. */
  @Override
  public void close() {
    list.free();
  }
}
