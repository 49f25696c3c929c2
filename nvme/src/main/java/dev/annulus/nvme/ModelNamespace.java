// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * A namespace of the model.
 *
 * @param nsid 1 and up
 * @param blockShift log2 of the block size
 * @param blocks how many fit the backing
 * @param backing where they are
 */
record ModelNamespace(int nsid, int blockShift, long blocks, Backing backing) {
  ModelNamespace(int nsid, int blockSize, Backing backing) {
    int shift = Integer.numberOfTrailingZeros(blockSize);
    this(nsid, shift, backing.size() >>> shift, backing);
  }

  /** Whether all of some blocks exist; the first is an unsigned number from outside. */
  boolean has(long lba, long number) {
    return lba >= 0 && lba <= blocks - number;
  }

  long position(long lba) {
    return lba << blockShift;
  }
}
