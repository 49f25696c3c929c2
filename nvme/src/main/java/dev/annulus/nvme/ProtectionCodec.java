// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Writes and checks the protection information of blocks in memory, for applications that have it
 * travel with their data: what they write here the controller checks, and the other way round.
 *
 * <p>For any threads, and nothing is allocated. Memory is named as commands have it: data and
 * metadata each from an offset; where the metadata follows the data of each block, both are in one
 * segment, and the metadata begins a block's size after the data.
 *
 * <p>Source: NVM Command Set Specification 1.0, section 5.2.
 */
public final class ProtectionCodec {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final int APPLICATION_TAG = 2;
  private static final int REFERENCE_TAG = 4;

  /** An application tag that says that nothing is to be checked. */
  private static final int UNCHECKED = 0xFFFF;

  private final int blockSize;
  private final int type;
  private final int offset;

  /** Bytes of metadata that the guard is also of: those before the protection information. */
  private final int covered;

  private final int dataStride;
  private final int metadataStride;

  /**
   * For the blocks of a namespace.
   *
   * @param namespace with protection information
   * @throws IllegalArgumentException where it has none
   */
  public ProtectionCodec(Namespace namespace) {
    this(namespace.blockSize(), namespace.metadata());
  }

  ProtectionCodec(int blockSize, BlockMetadata metadata) {
    if (metadata.protectionType() == 0) {
      throw new IllegalArgumentException(
          metadata + ": no protection information; there is nothing to write or check");
    }
    this.blockSize = blockSize;
    type = metadata.protectionType();
    offset = metadata.protectionOffset();
    covered = offset;
    dataStride = blockSize + (metadata.extended() ? metadata.size() : 0);
    metadataStride = metadata.extended() ? dataStride : metadata.size();
  }

  /**
   * Writes the protection information of blocks.
   *
   * @param data where the data is
   * @param dataAt where in it the first block begins
   * @param metadata where the metadata is
   * @param metadataAt where in it that of the first block begins
   * @param blocks how many
   * @param lba the number that the first block has or will have
   * @param tags the tags to write
   */
  public void generate(
      MemorySegment data,
      long dataAt,
      MemorySegment metadata,
      long metadataAt,
      int blocks,
      long lba,
      Protection tags) {
    for (int i = 0; i < blocks; i++) {
      long block = dataAt + (long) i * dataStride;
      long beside = metadataAt + (long) i * metadataStride;
      int reference = reference(lba + i, tags.referenceTagOffset());
      generate(data, block, metadata, beside, tags.applicationTag(), reference);
    }
  }

  /**
   * Checks the protection information of blocks, as a controller does that reads them.
   *
   * @param data where the data is
   * @param dataAt where in it the first block begins
   * @param metadata where the metadata is
   * @param metadataAt where in it that of the first block begins
   * @param blocks how many
   * @param lba the number of the first block
   * @param expected what to check, and what the tags should be
   * @return 0, or the status that a controller would complete with: the first error of the first
   *     block that has one
   */
  public int check(
      MemorySegment data,
      long dataAt,
      MemorySegment metadata,
      long metadataAt,
      int blocks,
      long lba,
      Protection expected) {
    int status = 0;
    for (int i = 0; i < blocks && status == 0; i++) {
      long block = dataAt + (long) i * dataStride;
      long beside = metadataAt + (long) i * metadataStride;
      int reference = reference(lba + i, expected.referenceTagOffset());
      int tags = expected.applicationTags();
      status = check(data, block, metadata, beside, expected.checks(), tags, reference);
    }
    return status;
  }

  private int reference(long lba, int added) {
    return type == 3 ? added : (int) lba + added;
  }

  /** Writes that of one block. */
  void generate(
      MemorySegment data,
      long dataAt,
      MemorySegment metadata,
      long metadataAt,
      int applicationTag,
      int referenceTag) {
    long at = metadataAt + offset;
    metadata.set(SHORT, at, (short) guard(data, dataAt, metadata, metadataAt));
    metadata.set(SHORT, at + APPLICATION_TAG, (short) applicationTag);
    metadata.set(INT, at + REFERENCE_TAG, referenceTag);
  }

  /**
   * Checks that of one block.
   *
   * @param applicationTags mask and tag, as in command dword 15
   */
  int check(
      MemorySegment data,
      long dataAt,
      MemorySegment metadata,
      long metadataAt,
      int checks,
      int applicationTags,
      int referenceTag) {
    long at = metadataAt + offset;
    int application = metadata.get(SHORT, at + APPLICATION_TAG) & 0xFFFF;
    int reference = metadata.get(INT, at + REFERENCE_TAG);
    if (application == UNCHECKED && (type != 3 || reference == -1)) {
      return 0;
    }
    boolean guard = (checks & Protection.GUARD) != 0;
    if (guard && (short) guard(data, dataAt, metadata, metadataAt) != metadata.get(SHORT, at)) {
      return StatusCode.END_TO_END_GUARD_CHECK_ERROR.value;
    }
    int differs = (application ^ applicationTags) & applicationTags >>> 16;
    if ((checks & Protection.APPLICATION_TAG) != 0 && differs != 0) {
      return StatusCode.END_TO_END_APPLICATION_TAG_CHECK_ERROR.value;
    }
    boolean tagged = type != 3 && (checks & Protection.REFERENCE_TAG) != 0;
    return tagged && reference != referenceTag
        ? StatusCode.END_TO_END_REFERENCE_TAG_CHECK_ERROR.value
        : 0;
  }

  private int guard(MemorySegment data, long dataAt, MemorySegment metadata, long metadataAt) {
    int crc = Crc16.update(0, data, dataAt, blockSize);
    return Crc16.update(crc, metadata, metadataAt, covered);
  }
}
