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
public final class NvmCommands extends NvmInPlaceCommands {
  NvmCommands(
      QueuePair pair,
      List<Namespace> seen,
      Namespace namespace,
      boolean zoned,
      ControllerInfo info) {
    super(pair, seen, namespace, zoned, info);
  }

  private NvmCommands(NvmCommands like, BlockTransfers transfers) {
    super(like, transfers);
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
}
