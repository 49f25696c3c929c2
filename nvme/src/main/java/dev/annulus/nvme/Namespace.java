// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * A namespace as the controller described it: a range of blocks.
 *
 * @param nsid its identifier, an unsigned 32-bit number from 1
 * @param blockSize bytes of a block's data, a power of two from 512 to 65,536
 * @param blocks how many there are
 * @param readOnly whether it is write protected
 * @param metadata what its blocks carry beside their data
 * @param limits how far some commands go on it
 */
public record Namespace(
    int nsid,
    int blockSize,
    long blocks,
    boolean readOnly,
    BlockMetadata metadata,
    NvmLimits limits) {
  /**
   * The size in bytes, of the data alone.
   *
   * @return block size times blocks
   */
  public long size() {
    return blocks * blockSize;
  }
}
