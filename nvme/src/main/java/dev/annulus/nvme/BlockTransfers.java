// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How the blocks of a namespace travel: fills the commands of a read, write or compare of any
 * length, and of a fused pair. What is passed has been checked.
 */
final class BlockTransfers {
  private final CommandQueue queue;
  private final Namespace namespace;
  private final int nsid;
  private final int flags;
  private final Protection protection;

  /** Command dword 12 but for the number of blocks. */
  private final int control;

  /** Command dword 15, in the upper half. */
  private final long applicationTags;

  /** The reference tag: so many of the lower bits of the block's number, and something added. */
  private final long referenceMask;

  private final int referenceOffset;

  /** Bytes that a block takes in the data buffer. */
  private final int blockBytes;

  /** Bytes that a block takes in a metadata buffer of its own, or 0. */
  private final int metadataBytes;

  private final int atOnce;
  private final boolean zoned;

  /** Without flags; protection information travels as the metadata it is part of. */
  BlockTransfers(CommandQueue queue, Namespace namespace, boolean zoned) {
    this(queue, namespace, zoned, 0, null);
  }

  private BlockTransfers(
      CommandQueue queue, Namespace namespace, boolean zoned, int flags, Protection protection) {
    this.queue = queue;
    this.namespace = namespace;
    this.zoned = zoned;
    this.flags = flags;
    this.protection = protection;
    nsid = namespace.nsid();
    BlockMetadata metadata = namespace.metadata();
    control = flags | (protection == null ? 0 : protection.prinfo());
    applicationTags = protection == null ? 0 : (long) protection.applicationTags() << 32;
    referenceOffset = protection == null ? 0 : protection.referenceTagOffset();
    int type = metadata.protectionType();
    referenceMask = protection == null || type == 3 ? 0 : 0xFFFF_FFFFL;
    boolean stripped =
        protection != null
            && protection.byController()
            && metadata.size() == BlockMetadata.PROTECTION_SIZE;
    int carried = stripped ? 0 : metadata.size();
    blockBytes = namespace.blockSize() + (metadata.extended() ? carried : 0);
    metadataBytes = metadata.extended() ? 0 : carried;
    atOnce = (int) Math.min(queue.maxTransfer() / blockBytes, NvmOpcode.MAX_BLOCKS);
  }

  /** The same with one more flag for command dword 12. */
  BlockTransfers with(int flag) {
    return new BlockTransfers(queue, namespace, zoned, flags | flag, protection);
  }

  /** The same with something to be done with protection information. */
  BlockTransfers with(Protection what) {
    return new BlockTransfers(queue, namespace, zoned, flags, what);
  }

  boolean isZoned() {
    return zoned;
  }

  /** The most blocks of one command. */
  int atOnce() {
    return atOnce;
  }

  int blockBytes() {
    return blockBytes;
  }

  int metadataBytes() {
    return metadataBytes;
  }

  /** Command dword 12 but for the number of blocks. */
  int control() {
    return control;
  }

  /** Command dwords 14 and 15: the tags that the first block has or should have. */
  long tags(long lba) {
    return applicationTags | (lba & referenceMask) + referenceOffset & 0xFFFF_FFFFL;
  }

  /**
   * Submits a transfer, by several commands where it is too long for one; false where not all have
   * room.
   *
   * @param more flags for command dword 12
   * @param metadata where the metadata is, if that is a buffer of its own
   */
  boolean submit(int opcode, int more, long lba, int blocks, long iova, long metadata, long token) {
    if (blocks > atOnce) {
      return split(opcode, more, lba, blocks, iova, metadata, token);
    }
    long bytes = (long) blocks * blockBytes;
    boolean taken =
        queue.submit(opcode, nsid, lba, cdw12(more, blocks), tags(lba), iova, bytes, token);
    if (taken && metadataBytes > 0) {
      queue.metadata(metadata);
    }
    return taken;
  }

  /** Refuses a write to a namespace of zones that would be several commands. */
  void checkWrite(int blocks) {
    if (zoned && blocks > atOnce) {
      throw new IllegalArgumentException(
          "write of %,d blocks to a zone: at most %,d, since several commands could be carried"
                  .formatted(blocks, atOnce)
              + " out in any order");
    }
  }

  private long cdw12(int more, int blocks) {
    return (blocks - 1 | control | more) & 0xFFFF_FFFFL;
  }

  private boolean split(
      int opcode, int more, long lba, int blocks, long iova, long metadata, long token) {
    int transfer = queue.begin((blocks + atOnce - 1) / atOnce, token);
    if (transfer < 0) {
      return false;
    }
    for (int done = 0; done < blocks; done += atOnce) {
      int count = Math.min(atOnce, blocks - done);
      long at = iova + (long) done * blockBytes;
      part(transfer, opcode, more, lba + done, count, at, metadata + (long) done * metadataBytes);
    }
    return true;
  }

  private void part(
      int transfer, int opcode, int more, long lba, int blocks, long iova, long metadata) {
    long bytes = (long) blocks * blockBytes;
    queue.part(transfer, opcode, nsid, lba, cdw12(more, blocks), tags(lba), iova, bytes);
    if (metadataBytes > 0) {
      queue.metadata(metadata);
    }
  }

  /**
   * Submits a fused pair: neighbours in the queue, which the next doorbell write tells the device
   * of together. False where not both have room.
   */
  boolean compareAndWrite(
      long lba,
      int blocks,
      long expected,
      long expectedMetadata,
      long data,
      long metadata,
      long token) {
    int transfer = queue.begin(2, token);
    if (transfer < 0) {
      return false;
    }
    int first = NvmOpcode.COMPARE | Sqe.FUSE_FIRST;
    part(transfer, first, 0, lba, blocks, expected, expectedMetadata);
    int second = NvmOpcode.WRITE | Sqe.FUSE_SECOND;
    part(transfer, second, 0, lba, blocks, data, metadata);
    return true;
  }
}
