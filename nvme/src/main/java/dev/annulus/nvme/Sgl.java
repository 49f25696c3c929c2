// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The one scatter gather list that is used here: a single data block, in the command itself, in
 * place of both PRP entries. Data is contiguous for the device, so a transfer of any length needs
 * no list in memory.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 4.1.2.
 */
final class Sgl {
  /**
   * From so many bytes on it is used where the controller has it: as Linux does, since some devices
   * are slower with it where two PRP entries would do.
   */
  static final int THRESHOLD = 32 << 10;

  /** PSDT of a command's flags: SGLs for the data, an address for metadata. */
  static final int PSDT = 1 << 14;

  /** SGLS of Identify Controller: the field that says whether I/O commands may use them. */
  private static final int SUPPORT_MASK = 3;

  private static final int SUPPORT_RESERVED = 3;

  private Sgl() {}

  /** Whether SGLS says that a data block at a multiple of 4, of whole blocks, is understood. */
  static boolean supported(int sgls) {
    int support = sgls & SUPPORT_MASK;
    return support != 0 && support != SUPPORT_RESERVED;
  }

  /** The second half of a data block descriptor: length, type 0h and subtype 0h. */
  static long dataBlock(long bytes) {
    return bytes & 0xFFFF_FFFFL;
  }

  /** The length of a descriptor by its second half. */
  static long length(long half) {
    return half & 0xFFFF_FFFFL;
  }

  /** Whether a descriptor by its second half is a data block by address. */
  static boolean isDataBlock(long half) {
    return half >>> 56 == 0;
  }
}
