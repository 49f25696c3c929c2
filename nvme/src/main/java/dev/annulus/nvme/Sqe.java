// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The submission queue entry: 64 bytes, little-endian, written by the driver and read by the
 * device.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 3.3.3.1.
 */
final class Sqe {
  /** Bytes an entry. */
  static final int SIZE = 64;

  /** log2 of {@link #SIZE}. */
  static final int SHIFT = 6;

  /**
   * Command dword 0 and the namespace in one word: opcode in bits 7:0, FUSE in 9:8, PSDT in 15:14,
   * the command identifier in 31:16, NSID in 63:32.
   */
  static final int CDW0_NSID = 0;

  /** Command dwords 2 and 3. */
  static final int CDW2 = 8;

  /** Metadata pointer. */
  static final int MPTR = 16;

  /**
   * First PRP entry: where the data begins; may point into a page, at a multiple of 4. Or the
   * address of an {@link Sgl}.
   */
  static final int PRP1 = 24;

  /**
   * Second PRP entry: the second page, or the list of all pages after the first. Or the length and
   * type of an {@link Sgl}.
   */
  static final int PRP2 = 32;

  /** Command dwords 10 and 11; the starting LBA of the commands that have one. */
  static final int CDW10 = 40;

  /** Command dwords 12 and 13. */
  static final int CDW12 = 48;

  /** Command dwords 14 and 15. */
  static final int CDW14 = 56;

  /** Bits 15:8 of the first word: FUSE, reserved bits and PSDT; all 0 in a plain PRP command. */
  static final int FLAGS_MASK = 0xFF00;

  /** FUSE: the first command of a fused pair. */
  static final int FUSE_FIRST = 1 << 8;

  /** FUSE: the second command of a fused pair. */
  static final int FUSE_SECOND = 2 << 8;

  /** FUSE: both bits; together they are reserved. */
  static final int FUSE_MASK = 3 << 8;

  private Sqe() {}
}
