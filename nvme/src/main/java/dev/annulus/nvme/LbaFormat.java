// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * A format that a namespace's blocks may have.
 *
 * <p>Source: NVM Command Set Specification 1.0, figure 98.
 *
 * @param index its number, 0 to 63
 * @param blockSize bytes of a block; 0 where the controller names none that can be
 * @param metadata bytes of metadata with each block
 * @param performance relative performance: 0 best, 1 better, 2 good, 3 degraded
 */
public record LbaFormat(int index, int blockSize, int metadata, int performance) {
  /** The most that a namespace has. */
  static final int MOST = 64;

  private static final int LEAST_SHIFT = 9;
  private static final int MOST_SHIFT = 30;

  static LbaFormat parse(byte[] data, int index) {
    int word = word(data, index);
    int shift = shift(data, index);
    int size = shift < LEAST_SHIFT || shift > MOST_SHIFT ? 0 : 1 << shift;
    return new LbaFormat(index, size, word & 0xFFFF, word >>> 24 & 3);
  }

  /** log2 of the block size as the controller has it, also where that cannot be. */
  static int shift(byte[] data, int index) {
    return word(data, index) >>> 16 & 0xFF;
  }

  private static int word(byte[] data, int index) {
    return LittleEndian.i32(data, Identify.LBAF + 4 * index);
  }
}
