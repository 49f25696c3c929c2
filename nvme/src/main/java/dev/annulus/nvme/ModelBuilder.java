// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Describes a {@link ModelController}: by default inline, with queues of up to 1,024 entries, 16
 * I/O queue pairs, 17 interrupt vectors, transfers of up to 1 MiB, and no namespace.
 */
public final class ModelBuilder {
  private static final int MIN_MDTS = 1;
  private static final int MAX_MDTS = 13;

  private final List<ModelNamespace> namespaces = new ArrayList<>();
  private int queueEntries = 1024;
  private int ioQueues = 16;
  private int mdts = 8;
  private int doorbellStride;
  private int appendLimit;
  private boolean sgls;
  private boolean shadowDoorbells;
  private boolean threaded;
  private long latencyNanos;
  private Faults faults = Faults.NONE;

  ModelBuilder() {}

  /**
   * Adds a namespace; the first is number 1.
   *
   * @param backing where its blocks are; the model closes it
   * @param blockSize bytes of a block, a power of two from 512 to 65,536
   * @return this
   */
  public ModelBuilder namespace(Backing backing, int blockSize) {
    return namespace(backing, blockSize, BlockMetadata.NONE);
  }

  /**
   * Adds a namespace whose blocks carry metadata, which the backing holds as well.
   *
   * @param backing where its blocks are; the model closes it
   * @param blockSize bytes of a block's data, a power of two from 512 to 65,536
   * @param metadata what each block carries beside
   * @return this
   */
  public ModelBuilder namespace(Backing backing, int blockSize, BlockMetadata metadata) {
    check("block size", blockSize, 512, 65_536);
    if (Integer.bitCount(blockSize) != 1 || backing.size() < blockSize + metadata.size()) {
      throw new IllegalArgumentException(
          "blocks of %d bytes over a backing of %d: must be a power of two, and fit at least once"
              .formatted(blockSize, backing.size()));
    }
    namespaces.add(new ModelNamespace(namespaces.size() + 1, blockSize, metadata, backing));
    return this;
  }

  /**
   * Divides the namespace that was added last into zones, all empty; what the backing holds is set
   * to 0. It is as long as its whole zones. A read must be of one zone.
   *
   * @param zoneBlocks blocks of a zone, 1 or more
   * @param capacity blocks of a zone that can be written, 1 to {@code zoneBlocks}
   * @param maxOpen zones that can be open at a time, 0 for no limit
   * @param maxActive zones that can be open or closed at a time, at least {@code maxOpen}, or 0 for
   *     no limit
   * @return this
   * @throws IOException where the backing cannot be set to 0
   */
  public ModelBuilder zoned(long zoneBlocks, long capacity, int maxOpen, int maxActive)
      throws IOException {
    if (namespaces.isEmpty() || namespaces.getLast().backing().readOnly()) {
      throw new IllegalArgumentException("zones of no namespace that can be written: add one");
    }
    ModelZoning zoning = new ModelZoning(zoneBlocks, capacity, maxOpen, maxActive, false);
    ModelNamespace zoned = namespaces.getLast().zoned(zoning);
    zoned.backing().zero(0, zoned.blocks() << zoned.blockShift());
    namespaces.set(namespaces.size() - 1, zoned);
    return this;
  }

  /**
   * Lets a read be of more than one zone, in the namespace that was added last.
   *
   * @return this
   */
  public ModelBuilder readsAcrossZones() {
    if (namespaces.isEmpty() || namespaces.getLast().zones() == null) {
      throw new IllegalArgumentException("the latest namespace has no zones: divide it first");
    }
    ModelNamespace latest = namespaces.getLast();
    ModelZoning zoning = latest.zones().zoning().withReadsAcross(true);
    namespaces.set(namespaces.size() - 1, latest.zoned(zoning));
    return this;
  }

  /**
   * Sets the largest Zone Append (ZASL).
   *
   * @param exponent log2 of the size in pages of 4096 bytes, 1 to 13; 0 for the largest transfer
   * @return this
   */
  public ModelBuilder appendLimit(int exponent) {
    appendLimit = check("ZASL", exponent, 0, MAX_MDTS);
    return this;
  }

  /**
   * Sets the mode.
   *
   * @param value true for a thread of its own, false for executing in the doorbell write
   * @return this
   */
  public ModelBuilder threaded(boolean value) {
    threaded = value;
    return this;
  }

  /**
   * Sets the longest I/O queue.
   *
   * @param entries 2 to 65,536
   * @return this
   */
  public ModelBuilder queueEntries(int entries) {
    queueEntries = check("queue entries", entries, 2, 65_536);
    return this;
  }

  /**
   * Sets the number of I/O queue pairs; there is an interrupt vector for each, and one for the
   * admin queue.
   *
   * @param count 1 to 1,024
   * @return this
   */
  public ModelBuilder queuePairs(int count) {
    ioQueues = check("queue pairs", count, 1, 1024);
    return this;
  }

  /**
   * Sets the largest transfer (MDTS).
   *
   * @param exponent log2 of the size in pages of 4096 bytes, 1 to 13
   * @return this
   */
  public ModelBuilder maxTransfer(int exponent) {
    mdts = check("MDTS", exponent, MIN_MDTS, MAX_MDTS);
    return this;
  }

  /**
   * Sets how far apart the doorbells are (DSTRD).
   *
   * @param exponent log2 of the distance in units of 4 bytes, 0 to 8
   * @return this
   */
  public ModelBuilder doorbellStride(int exponent) {
    doorbellStride = check("DSTRD", exponent, 0, 8);
    return this;
  }

  /**
   * Sets whether I/O commands may use SGLs; of a single data block.
   *
   * @param value true for both kinds of data pointer, false for PRP entries alone
   * @return this
   */
  public ModelBuilder sgls(boolean value) {
    sgls = value;
    return this;
  }

  /**
   * Sets whether doorbells can be in memory (Doorbell Buffer Config). With a thread of its own the
   * model finds them there while it is awake.
   *
   * @param value true for the command, false for none
   * @return this
   */
  public ModelBuilder shadowDoorbells(boolean value) {
    shadowDoorbells = value;
    return this;
  }

  /**
   * Sets how long each I/O command takes at least. Many at a time take no longer than one.
   *
   * @param nanos 0 or more; more only with a thread of the model's own
   * @return this
   */
  public ModelBuilder latency(long nanos) {
    if (nanos < 0) {
      throw new IllegalArgumentException("latency of " + nanos + " ns: must be at least 0");
    }
    latencyNanos = nanos;
    return this;
  }

  ModelBuilder faults(Faults value) {
    faults = value;
    return this;
  }

  private static int check(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ": must be " + least + " to " + most);
    }
    return value;
  }

  /**
   * Makes the controller, as after power on. It is closed by the caller.
   *
   * @return the controller, to be started by {@link Controller#start}
   */
  public ModelController build() {
    if (latencyNanos > 0 && !threaded) {
      throw new IllegalArgumentException(
          "a latency of %,d ns, inline: nobody would come back to complete; ask for a thread"
              .formatted(latencyNanos));
    }
    return new ModelController(
            new ModelConfig(
                List.copyOf(namespaces),
                queueEntries,
                ioQueues,
                ioQueues + 1,
                mdts,
                doorbellStride,
                appendLimit,
                sgls,
                shadowDoorbells,
                threaded,
                latencyNanos,
                faults))
        .started();
  }
}
