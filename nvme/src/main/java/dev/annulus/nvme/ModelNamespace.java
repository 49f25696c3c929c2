// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * A namespace of the model. All metadata is in the backing behind all data.
 *
 * @param nsid 1 and up
 * @param blockShift log2 of the block size
 * @param blocks how many fit the backing
 * @param backing where they are
 * @param metadata what they carry
 * @param codec what checks their protection information, null where there is none
 * @param unreadable those that a command made unreadable
 * @param zones what the blocks are divided into, or null
 */
record ModelNamespace(
    int nsid,
    int blockShift,
    long blocks,
    Backing backing,
    BlockMetadata metadata,
    ProtectionCodec codec,
    ModelUnreadable unreadable,
    ModelZones zones) {
  ModelNamespace(int nsid, int blockSize, BlockMetadata metadata, Backing backing) {
    int shift = Integer.numberOfTrailingZeros(blockSize);
    long blocks = backing.size() / (blockSize + metadata.size());
    ProtectionCodec codec =
        metadata.protectionType() == 0 ? null : new ProtectionCodec(blockSize, metadata);
    this(nsid, shift, blocks, backing, metadata, codec, new ModelUnreadable(), null);
  }

  int blockSize() {
    return 1 << blockShift;
  }

  /** Whether all of some blocks exist; the first is an unsigned number from outside. */
  boolean has(long lba, long number) {
    return lba >= 0 && lba <= blocks - number;
  }

  /** The same, divided into as many zones as there are whole ones. */
  ModelNamespace zoned(ModelZoning zoning) {
    long count = Math.min(blocks / zoning.size(), Integer.MAX_VALUE / 2);
    if (count == 0) {
      throw new IllegalArgumentException(
          "zones of %,d blocks in a namespace of %,d: one must fit"
              .formatted(zoning.size(), blocks));
    }
    ModelZones divided = new ModelZones(zoning, (int) count);
    return new ModelNamespace(
        nsid, blockShift, count * zoning.size(), backing, metadata, codec, unreadable, divided);
  }

  long position(long lba) {
    return lba << blockShift;
  }

  /** Where a block's metadata is. */
  long metadataPosition(long lba) {
    return (blocks << blockShift) + lba * metadata.size();
  }

  /** Whether blocks are data alone. */
  boolean dataOnly() {
    return metadata.size() == 0;
  }
}
