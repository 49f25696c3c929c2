// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.List;

/**
 * The commands of the NVM command set on one namespace, by one queue pair, with settings that all
 * of them have: force unit access, limited retry, protection information. Made once and used often:
 * {@link QueuePair#nvm}, then the {@code with} methods, each of which gives another object and
 * leaves this one as it is.
 *
 * <p>It is of the queue pair's thread, as that is; no method waits, and none but the {@code with}
 * methods allocates. Each command answers false when the queue is full: ring and poll first.
 *
 * <p>Blocks that the namespace does not have, more than a command can take, addresses that are no
 * multiple of 4, and commands that the controller does not offer, are an {@link
 * IllegalArgumentException} or {@link UnsupportedOperationException}, before anything is queued.
 *
 * <p>Source: NVM Command Set Specification 1.0, section 3.2.
 */
public final class NvmCommands {
  private final QueuePair pair;

  /** The controller's list when the namespace was last seen to be what it is here. */
  private List<Namespace> seen;

  private final CommandQueue queue;
  private final Namespace namespace;
  private final int nsid;
  private final BlockTransfers transfers;
  private final NvmChecks checks;

  NvmCommands(
      QueuePair pair,
      List<Namespace> seen,
      Namespace namespace,
      boolean zoned,
      ControllerInfo info) {
    this.pair = pair;
    this.seen = seen;
    queue = pair.queue();
    this.namespace = namespace;
    nsid = namespace.nsid();
    transfers = new BlockTransfers(queue, namespace, zoned);
    checks = new NvmChecks(namespace, info.optionalCommands(), queue, transfers);
  }

  private NvmCommands(NvmCommands like, BlockTransfers transfers) {
    pair = like.pair;
    seen = like.seen;
    queue = like.queue;
    namespace = like.namespace;
    nsid = like.nsid;
    this.transfers = transfers;
    checks = like.checks.with(transfers);
  }

  /**
   * These commands with Force Unit Access: what is written is durable when complete, what is read
   * is durable.
   *
   * @return other commands
   */
  public NvmCommands withForceUnitAccess() {
    return new NvmCommands(this, transfers.with(NvmOpcode.FUA));
  }

  /**
   * These commands with Limited Retry: the device gives up early on what it finds hard to do.
   *
   * @return other commands
   */
  public NvmCommands withLimitedRetry() {
    return new NvmCommands(this, transfers.with(NvmOpcode.LIMITED_RETRY));
  }

  /**
   * These commands with protection information. Without it, such information travels as the
   * metadata it is part of, and the controller does not check it.
   *
   * @param what to do with it, as the namespace's type allows
   * @return other commands
   */
  public NvmCommands withProtection(Protection what) {
    NvmChecks.protection(namespace, what);
    return new NvmCommands(this, transfers.with(what));
  }

  /**
   * The namespace.
   *
   * @return as it was when these commands were asked for
   */
  public Namespace namespace() {
    return namespace;
  }

  /**
   * The caller is the owner, and the namespace what it was: blocks of another size would reach
   * beyond the memory that the caller meant. One read, unless a namespace of the controller's has
   * changed.
   */
  private void check() {
    pair.checkOwner();
    List<Namespace> now = pair.namespaceList();
    if (now != seen) {
      if (!now.contains(namespace)) {
        throw checks.changed();
      }
      seen = now;
    }
  }

  /**
   * The most blocks of one read, write or compare; see {@link QueuePair#longestTransfer}.
   *
   * @return 1 or more
   */
  public int longestTransfer() {
    return checks.longest();
  }

  /** The most blocks of one write: of a namespace with zones a single command's. */
  int longestWrite() {
    return transfers.isZoned() ? transfers.atOnce() : checks.longest();
  }

  /**
   * Reads blocks.
   *
   * @param lba first block
   * @param blocks how many, 1 to {@link #longestTransfer}
   * @param iova where they go
   * @param token comes back with the completion
   * @return false when the queue is full
   */
  public boolean read(long lba, int blocks, long iova, long token) {
    return transfer(NvmOpcode.READ, 0, lba, blocks, iova, token);
  }

  /**
   * Reads blocks, and their metadata into a buffer of its own.
   *
   * @param lba first block
   * @param blocks how many, 1 to {@link #longestTransfer}
   * @param iova where the data goes
   * @param metadata where the metadata goes, an IOVA too
   * @param token comes back with the completion
   * @return false when the queue is full
   */
  public boolean read(long lba, int blocks, long iova, long metadata, long token) {
    return transfer(NvmOpcode.READ, lba, blocks, iova, metadata, token);
  }

  /**
   * Writes blocks; durable after the next flush, unless with Force Unit Access.
   *
   * @param lba first block
   * @param blocks how many, 1 to {@link #longestTransfer}
   * @param iova where they are
   * @param token comes back with the completion
   * @return false when the queue is full
   */
  public boolean write(long lba, int blocks, long iova, long token) {
    transfers.checkWrite(blocks);
    return transfer(NvmOpcode.WRITE, 0, lba, blocks, iova, token);
  }

  /**
   * Writes blocks, and their metadata from a buffer of its own.
   *
   * @param lba first block
   * @param blocks how many, 1 to {@link #longestTransfer}
   * @param iova where the data is
   * @param metadata where the metadata is, an IOVA too
   * @param token comes back with the completion
   * @return false when the queue is full
   */
  public boolean write(long lba, int blocks, long iova, long metadata, long token) {
    transfers.checkWrite(blocks);
    return transfer(NvmOpcode.WRITE, lba, blocks, iova, metadata, token);
  }

  boolean writeThrough(long lba, int blocks, long iova, long token) {
    transfers.checkWrite(blocks);
    return transfer(NvmOpcode.WRITE, NvmOpcode.FUA, lba, blocks, iova, token);
  }

  /**
   * Compares blocks with memory; where they differ the status is Compare Failure.
   *
   * @param lba first block
   * @param blocks how many, 1 to {@link #longestTransfer}
   * @param iova what they should be
   * @param token comes back with the completion
   * @return false when the queue is full
   */
  public boolean compare(long lba, int blocks, long iova, long token) {
    checks.compare();
    return transfer(NvmOpcode.COMPARE, 0, lba, blocks, iova, token);
  }

  /**
   * Compares blocks with memory, and their metadata, but for protection information, with a buffer
   * of its own.
   *
   * @param lba first block
   * @param blocks how many, 1 to {@link #longestTransfer}
   * @param iova what the data should be
   * @param metadata what the metadata should be, an IOVA too
   * @param token comes back with the completion
   * @return false when the queue is full
   */
  public boolean compare(long lba, int blocks, long iova, long metadata, long token) {
    checks.compare();
    return transfer(NvmOpcode.COMPARE, lba, blocks, iova, metadata, token);
  }

  private boolean transfer(int opcode, int more, long lba, int blocks, long iova, long token) {
    check();
    checks.transfer(lba, blocks, iova);
    return transfers.submit(opcode, more, lba, blocks, iova, 0, token);
  }

  private boolean transfer(int opcode, long lba, int blocks, long iova, long metadata, long token) {
    check();
    checks.transfer(lba, blocks, iova, metadata);
    return transfers.submit(opcode, 0, lba, blocks, iova, metadata, token);
  }

  /**
   * Writes blocks if they are as expected, with nothing of another's between: a fused Compare and
   * Write. It takes two places in the queue and completes once, with the first error: Compare
   * Failure where they are not as expected, and then nothing is written.
   *
   * @param lba first block
   * @param blocks how many, 1 to {@link NvmLimits#compareAndWriteBlocks}
   * @param expected what they should be
   * @param iova what they become
   * @param token comes back with the completion
   * @return false when the queue has no room for both commands
   */
  public boolean compareAndWrite(long lba, int blocks, long expected, long iova, long token) {
    check();
    checks.compareAndWrite(blocks);
    checks.transfer(lba, blocks, expected | iova);
    return transfers.compareAndWrite(lba, blocks, expected, 0, iova, 0, token);
  }

  /**
   * As {@link #compareAndWrite(long, int, long, long, long)}, with metadata in buffers of its own.
   *
   * @param lba first block
   * @param blocks how many, 1 to {@link NvmLimits#compareAndWriteBlocks}
   * @param expected what the data should be
   * @param expectedMetadata what the metadata should be
   * @param iova what the data becomes
   * @param metadata what the metadata becomes
   * @param token comes back with the completion
   * @return false when the queue has no room for both commands
   */
  public boolean compareAndWrite(
      long lba,
      int blocks,
      long expected,
      long expectedMetadata,
      long iova,
      long metadata,
      long token) {
    check();
    checks.compareAndWrite(blocks);
    checks.transfer(lba, blocks, expected | iova, expectedMetadata | metadata);
    return transfers.compareAndWrite(
        lba, blocks, expected, expectedMetadata, iova, metadata, token);
  }

  /**
   * Sets blocks to zero without transferring any.
   *
   * @param lba first block
   * @param blocks how many, 1 to {@link NvmLimits#zeroesBlocks}
   * @param deallocate whether the device may deallocate them (DEAC); they read as zeroes either way
   * @param token comes back with the completion
   * @return false when the queue is full
   */
  public boolean writeZeroes(long lba, int blocks, boolean deallocate, long token) {
    checks.deallocatingZeroes(deallocate);
    return zero(lba, blocks, deallocate ? NvmOpcode.DEAC : 0, token);
  }

  /** The same with flags of command dword 12, which the controller may pass over. */
  boolean zero(long lba, int blocks, int more, long token) {
    checks.writeZeroes();
    // Nothing is read, so there is nothing to check.
    int kept = transfers.control() & ~(7 << NvmOpcode.PRCHK_SHIFT);
    checks.blocks(lba, blocks, namespace.limits().zeroesBlocks());
    return blocks(NvmOpcode.WRITE_ZEROES, kept | more, lba, blocks, token);
  }

  /**
   * Makes blocks unreadable: reading them ends with Unrecovered Read Error, until they are written
   * again.
   *
   * @param lba first block
   * @param blocks how many, 1 to {@link NvmLimits#uncorrectableBlocks}
   * @param token comes back with the completion
   * @return false when the queue is full
   */
  public boolean writeUncorrectable(long lba, int blocks, long token) {
    checks.writeUncorrectable();
    checks.blocks(lba, blocks, namespace.limits().uncorrectableBlocks());
    return blocks(NvmOpcode.WRITE_UNCORRECTABLE, 0, lba, blocks, token);
  }

  /**
   * Has the device read blocks and check what it can, without transferring any.
   *
   * @param lba first block
   * @param blocks how many, 1 to {@link NvmLimits#verifyBlocks}
   * @param token comes back with the completion
   * @return false when the queue is full
   */
  public boolean verify(long lba, int blocks, long token) {
    checks.verify();
    checks.blocks(lba, blocks, namespace.limits().verifyBlocks());
    return blocks(NvmOpcode.VERIFY, transfers.control() & ~NvmOpcode.PRACT, lba, blocks, token);
  }

  private boolean blocks(int opcode, int control, long lba, int blocks, long token) {
    check();
    long cdw12 = (blocks - 1 | control) & 0xFFFF_FFFFL;
    return queue.submit(opcode, nsid, lba, cdw12, transfers.tags(lba), 0, 0, token);
  }

  /**
   * Copies ranges of blocks, one after the other, to a range that overlaps none of them.
   *
   * @param sources what to copy; the device's until the completion, as any data
   * @param lba first block that is written
   * @param token comes back with the completion, whose result is, of a copy that failed, how many
   *     of the ranges were copied
   * @return false when the queue is full
   */
  public boolean copy(CopyRanges sources, long lba, long token) {
    check();
    checks.copy(sources, lba);
    int prinfo = transfers.control() >>> NvmOpcode.PRCHK_SHIFT & 0xF;
    int control = transfers.control() | prinfo << NvmOpcode.COPY_READ_PRINFO_SHIFT;
    long cdw12 = (sources.list.count() - 1 | control) & 0xFFFF_FFFFL;
    long bytes = sources.list.bytes();
    long tags = transfers.tags(lba);
    return queue.submit(NvmOpcode.COPY, nsid, lba, cdw12, tags, sources.list.iova(), bytes, token);
  }

  /**
   * Tells the device about ranges of blocks (Dataset Management).
   *
   * @param ranges which; the device's until the completion, as any data
   * @param attributes {@link DatasetRanges#DEALLOCATE} and its like, added up; those of single
   *     ranges are in the list
   * @param token comes back with the completion
   * @return false when the queue is full
   */
  public boolean manage(DatasetRanges ranges, int attributes, long token) {
    check();
    checks.manage(ranges, attributes);
    RangeList list = ranges.list;
    long cdw10 = list.count() - 1 | (long) attributes << 32;
    return queue.submit(
        NvmOpcode.DATASET_MANAGEMENT, nsid, cdw10, 0, 0, list.iova(), list.bytes(), token);
  }

  /**
   * Tells the device that one range of blocks holds nothing of worth any more.
   *
   * @param lba first block
   * @param blocks how many, at least 1
   * @param token comes back with the completion
   * @return false when the queue is full
   */
  public boolean deallocate(long lba, int blocks, long token) {
    check();
    checks.deallocate(lba, blocks);
    long cdw10 = (long) NvmOpcode.DSM_DEALLOCATE << 32;
    return queue.submitRange(NvmOpcode.DATASET_MANAGEMENT, nsid, cdw10, blocks, lba, token);
  }
}
