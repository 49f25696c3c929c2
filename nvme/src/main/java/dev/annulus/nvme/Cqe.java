// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The completion queue entry: 16 bytes, little-endian, written by the device and read by the
 * driver.
 *
 * <p>The upper 8 bytes are read with one acquire and written with one release, so that the phase
 * tag never shows an entry of which a part is still old.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 3.3.3.2.
 */
final class Cqe {
  /** Bytes an entry. */
  static final int SIZE = 16;

  /** log2 of {@link #SIZE}. */
  static final int SHIFT = 4;

  /** Dwords 0 and 1, the command's result; most have 32 bits at most, in dword 0. */
  static final int DW0 = 0;

  /** SQ head, SQ identifier, command identifier and status with phase tag, 16 bits each. */
  static final int STATUS_WORD = 8;

  private Cqe() {}

  /** SQHD: entries of the submission queue before it have been fetched. */
  static int sqHead(long word) {
    return (int) word & 0xFFFF;
  }

  /** SQID: the submission queue of the command. */
  static int sqId(long word) {
    return (int) (word >>> 16) & 0xFFFF;
  }

  /** CID: the command's identifier. */
  static int commandId(long word) {
    return (int) (word >>> 32) & 0xFFFF;
  }

  /** The phase tag: 1 or 0. */
  static int phase(long word) {
    return (int) (word >>> 48) & 1;
  }

  /** The status without the phase tag, 15 bits as {@link NvmeStatus} reads them. */
  static int status(long word) {
    return (int) (word >>> 49);
  }

  /** Puts the upper half of an entry together. */
  static long word(int sqHead, int sqId, int commandId, int status, int phase) {
    return sqHead | (long) sqId << 16 | (long) commandId << 32 | (long) (status << 1 | phase) << 48;
  }
}
