// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** What is refused of {@link NvmCommands} before it is queued, and the words for it. */
final class NvmChecks {
  private final Namespace namespace;
  private final long total;
  private final int offered;
  private final CommandQueue queue;
  private final BlockTransfers transfers;
  private final int longest;
  private final boolean separate;

  /** For a controller that offers some of the optional commands (ONCS). */
  NvmChecks(Namespace namespace, int offered, CommandQueue queue, BlockTransfers transfers) {
    this.namespace = namespace;
    total = namespace.blocks();
    this.offered = offered;
    this.queue = queue;
    this.transfers = transfers;
    longest = transfers.atOnce() * queue.depth();
    separate = transfers.metadataBytes() > 0;
  }

  /** The same for commands whose blocks travel otherwise. */
  NvmChecks with(BlockTransfers how) {
    return new NvmChecks(namespace, offered, queue, how);
  }

  int longest() {
    return longest;
  }

  /** A transfer without a metadata buffer. */
  void transfer(long lba, int blocks, long iova) {
    if (separate || blocks < 1 || blocks > longest || (iova & 3) != 0 || !has(lba, blocks)) {
      throw refused(lba, blocks, iova);
    }
  }

  /** A transfer with a metadata buffer. */
  void transfer(long lba, int blocks, long iova, long metadata) {
    if (!separate) {
      throw new IllegalArgumentException(
          name() + ": no metadata in a buffer of its own: leave the address out");
    }
    if (blocks < 1 || blocks > longest || ((iova | metadata) & 3) != 0 || !has(lba, blocks)) {
      throw outside(lba, blocks, iova | metadata);
    }
  }

  private boolean has(long lba, long blocks) {
    return lba >= 0 && lba <= total - blocks;
  }

  private IllegalArgumentException refused(long lba, int blocks, long iova) {
    return separate
        ? new IllegalArgumentException(
            name()
                + (" has "
                    + namespace.metadata().size()
                    + " bytes of metadata a block, in a buffer of its own: give its address"))
        : outside(lba, blocks, iova);
  }

  private IllegalArgumentException outside(long lba, int blocks, long iova) {
    if (blocks < 1 || blocks > longest || (iova & 3) != 0) {
      return new IllegalArgumentException(
          "transfer of %,d blocks at IOVA %xh: 1 to %,d, at a multiple of 4"
              .formatted(blocks, iova, longest));
    }
    return outOfRange(lba, blocks);
  }

  private IllegalArgumentException outOfRange(long lba, long blocks) {
    return new IllegalArgumentException(
        "%s: %,d blocks from %,d: it has %,d".formatted(name(), blocks, lba, total));
  }

  /** The namespace is not what it was. */
  IllegalArgumentException changed() {
    return new IllegalArgumentException(
        name() + " was removed, formatted or resized: ask the queue pair for its commands anew");
  }

  private String name() {
    return "namespace " + Integer.toUnsignedString(namespace.nsid());
  }

  /** Blocks that do not travel, up to a limit of the command. */
  void blocks(long lba, int blocks, int most) {
    if (blocks < 1 || blocks > most) {
      throw new IllegalArgumentException("%,d blocks: must be 1 to %,d".formatted(blocks, most));
    }
    if (!has(lba, blocks)) {
      throw outOfRange(lba, blocks);
    }
  }

  void compare() {
    offered(Identify.ONCS_COMPARE, "Compare", "read the blocks and compare them here");
    noneStripped();
  }

  private void noneStripped() {
    if ((transfers.control() & NvmOpcode.PRACT) != 0) {
      throw new IllegalArgumentException(
          "Compare where the controller writes the protection information: it cannot;"
              + " use protection that travels with the data");
    }
  }

  void compareAndWrite(int blocks) {
    int most = namespace.limits().compareAndWriteBlocks();
    if (most == 0) {
      throw notOffered("fused Compare and Write", "agree with the others by other means");
    }
    if (queue.depth() < 2) {
      throw new IllegalArgumentException(
          "Compare and Write takes two places in the queue, which has one: open a longer one");
    }
    if (blocks > most || blocks > transfers.atOnce()) {
      throw new IllegalArgumentException(
          "Compare and Write of %,d blocks: at most %,d at once"
              .formatted(blocks, Math.min(most, transfers.atOnce())));
    }
    noneStripped();
  }

  void writeZeroes() {
    offered(Identify.ONCS_WRITE_ZEROES, "Write Zeroes", "write a buffer of zeroes");
  }

  void deallocatingZeroes(boolean deallocate) {
    if (deallocate && !namespace.limits().zeroesDeallocate()) {
      throw notOffered("Write Zeroes that deallocates", "write zeroes without, or deallocate");
    }
  }

  void writeUncorrectable() {
    offered(Identify.ONCS_WRITE_UNCORRECTABLE, "Write Uncorrectable", "do without");
  }

  void verify() {
    offered(Identify.ONCS_VERIFY, "Verify", "read the blocks");
  }

  void copy(CopyRanges sources, long lba) {
    NvmLimits.Ranges limits = namespace.limits().copy();
    if (limits.most() == 0) {
      throw notOffered("Copy", "read the blocks and write them");
    }
    int most = (int) Math.min(limits.most(), queue.maxTransfer() / NvmOpcode.COPY_RANGE_SIZE);
    ranges("Copy", sources.list.count(), most);
    blocksOfRanges("Copy", sources.list.longest(), sources.list.total(), limits);
    if (sources.list.end() > total) {
      throw outOfRange(sources.list.end() - 1, 1);
    }
    if (!has(lba, sources.list.total())) {
      throw outOfRange(lba, sources.list.total());
    }
  }

  void manage(DatasetRanges ranges, int attributes) {
    datasetManagement();
    NvmLimits.Ranges limits = namespace.limits().dataset();
    ranges("Dataset Management", ranges.list.count(), limits.most());
    blocksOfRanges("Dataset Management", ranges.list.longest(), ranges.list.total(), limits);
    if ((attributes & ~DatasetRanges.ATTRIBUTES) != 0) {
      throw new IllegalArgumentException(
          "Dataset Management with attributes %xh: there are but 3 bits".formatted(attributes));
    }
    if (ranges.list.end() > total) {
      throw outOfRange(ranges.list.end() - 1, 1);
    }
  }

  private static void ranges(String command, int count, int most) {
    if (count < 1 || count > most) {
      throw new IllegalArgumentException(
          "%s of %,d ranges: 1 to %,d at once".formatted(command, count, most));
    }
  }

  private static void blocksOfRanges(
      String command, long longest, long total, NvmLimits.Ranges limits) {
    if (longest > limits.longest() || total > limits.total()) {
      throw new IllegalArgumentException(
          "%s of %,d blocks, up to %,d a range: at most %,d, and %,d a range"
              .formatted(command, total, longest, limits.total(), limits.longest()));
    }
  }

  void deallocate(long lba, int blocks) {
    datasetManagement();
    blocksOfRanges("Dataset Management", blocks, blocks, namespace.limits().dataset());
    if (blocks < 1) {
      throw new IllegalArgumentException(blocks + " blocks: must be at least 1");
    }
    if (!has(lba, blocks)) {
      throw outOfRange(lba, blocks);
    }
  }

  private void datasetManagement() {
    offered(Identify.ONCS_DSM, "Dataset Management", "do without");
  }

  private void offered(int bit, String command, String remedy) {
    if ((offered & bit) == 0) {
      throw notOffered(command, remedy);
    }
  }

  private static UnsupportedOperationException notOffered(String command, String remedy) {
    return new UnsupportedOperationException(
        command + ": the controller does not offer it: " + remedy);
  }

  /** What can be done with a namespace's protection information. */
  static void protection(Namespace namespace, Protection what) {
    int type = namespace.metadata().protectionType();
    String wrong = null;
    if (type == 0) {
      wrong = "has no protection information: leave it out";
    } else if (type == 3 && (what.checks() & Protection.REFERENCE_TAG) != 0) {
      wrong = "has protection of type 3, whose reference tags cannot be checked: do without";
    } else if (type == 1 && what.referenceTagOffset() != 0) {
      wrong = "has protection of type 1, whose reference tags are the blocks' numbers: no offset";
    }
    if (wrong != null) {
      throw new IllegalArgumentException(
          "namespace " + Integer.toUnsignedString(namespace.nsid()) + " " + wrong);
    }
  }
}
