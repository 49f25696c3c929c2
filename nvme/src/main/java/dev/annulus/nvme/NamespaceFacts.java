// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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

  /** Reads the Identify Namespace structure, a private copy of it. */
  static NamespaceFacts parse(int nsid, byte[] data, String unusable) {
    ByteBuffer page = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int flbas = data[Identify.FLBAS];
    int format = page.getInt(Identify.LBAF + 4 * (flbas & 0xF | flbas >>> 1 & 0x30));
    return new NamespaceFacts(
        nsid,
        format >>> 16 & 0xFF,
        page.getLong(Identify.NSZE),
        page.getLong(Identify.NCAP),
        page.getLong(Identify.NUSE),
        format & 0xFFFF,
        (data[Identify.NSATTR] & 1) != 0,
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
