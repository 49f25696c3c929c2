// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.List;

/**
 * Those of {@link NvmCommands} whose data stays in the device, and what all of them need: the
 * owner's thread, a namespace that is what it was, the checks. A class of its own for readers of
 * the source alone: users see these methods in {@code NvmCommands}.
 *
 * <p>Reads and writes are not here. What a public class inherits from one that is not is called by
 * way of a bridge, which a read can be seen to take longer for.
 */
abstract class NvmInPlaceCommands {
  private final QueuePair pair;

  /** The controller's list when the namespace was last seen to be what it is here. */
  private List<Namespace> seen;

  final CommandQueue queue;
  final Namespace namespace;
  final int nsid;
  final BlockTransfers transfers;
  final NvmChecks checks;

  NvmInPlaceCommands(
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

  /** The same commands, but that blocks travel otherwise. */
  NvmInPlaceCommands(NvmInPlaceCommands like, BlockTransfers transfers) {
    pair = like.pair;
    seen = like.seen;
    queue = like.queue;
    namespace = like.namespace;
    nsid = like.nsid;
    this.transfers = transfers;
    checks = like.checks.with(transfers);
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
  final void check() {
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
