// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What an active namespace says of itself, for people to read; also one that cannot be used.
 *
 * @param nsid its identifier, an unsigned 32-bit number from 1
 * @param blockShift log2 of the block size, unchecked
 * @param blocks its size (NSZE), unchecked
 * @param capacity how many blocks can be written at a time (NCAP), unchecked
 * @param used how many are written (NUSE), unchecked
 * @param metadata bytes of metadata a block
 * @param readOnly whether it is write protected
 * @param unusable why it cannot be used, or null where it can
 */
record NamespaceFacts(
    int nsid,
    int blockShift,
    long blocks,
    long capacity,
    long used,
    int metadata,
    boolean readOnly,
    String unusable) {

  static NamespaceFacts of(int nsid, IdentifyNamespace is, String unusable) {
    return new NamespaceFacts(
        nsid,
        is.blockShift(),
        is.get(NamespaceField.NSZE),
        is.get(NamespaceField.NCAP),
        is.get(NamespaceField.NUSE),
        is.format().metadata(),
        is.readOnly(),
        unusable);
  }

  /** Its size in bytes; 0 where that cannot be. */
  long bytes(long ofBlocks) {
    boolean possible =
        blockShift < 32 && ofBlocks >= 0 && ofBlocks <= Long.MAX_VALUE >>> blockShift;
    return possible ? ofBlocks << blockShift : 0;
  }

  int blockSize() {
    return blockShift < 31 ? 1 << blockShift : 0;
  }
}
