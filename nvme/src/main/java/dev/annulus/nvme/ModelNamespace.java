// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * A namespace of the model.
 *
 * @param nsid 1 and up
 * @param blockShift log2 of the block size
 * @param blocks how many fit the backing
 * @param backing where they are
 * @param zones what the blocks are divided into, or null
 */
record ModelNamespace(int nsid, int blockShift, long blocks, Backing backing, ModelZones zones) {
  ModelNamespace(int nsid, int blockSize, Backing backing) {
    int shift = Integer.numberOfTrailingZeros(blockSize);
    this(nsid, shift, backing.size() >>> shift, backing, null);
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
    ModelZones zones = new ModelZones(zoning, (int) count);
    return new ModelNamespace(nsid, blockShift, count * zoning.size(), backing, zones);
  }

  long position(long lba) {
    return lba << blockShift;
  }
}
