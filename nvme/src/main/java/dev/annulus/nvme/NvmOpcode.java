// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Opcodes of the NVM command set, and the fields of its command dwords. Source: NVM Express NVM
 * Command Set Specification 1.0, section 3.
 */
final class NvmOpcode {
  /** Flush: what has been written is durable when it completes. */
  static final int FLUSH = 0x00;

  /** Write. */
  static final int WRITE = 0x01;

  /** Read. */
  static final int READ = 0x02;

  /** Compare the data with the medium; differing is status Compare Failure. */
  static final int COMPARE = 0x05;

  /** Write Zeroes, without data transfer. */
  static final int WRITE_ZEROES = 0x08;

  /** Dataset Management: hints about ranges, of which deallocate is one. */
  static final int DATASET_MANAGEMENT = 0x09;

  /** CDW12: Force Unit Access, durable when it completes. */
  static final int FUA = 1 << 30;

  /** CDW12 of Write Zeroes: the blocks may be deallocated, and read as zeros all the same. */
  static final int DEAC = 1 << 25;

  /** CDW12 of commands with a block count: the count, 0-based, is in bits 15:0. */
  static final int BLOCKS_MASK = 0xFFFF;

  /** The most blocks a command can name. */
  static final int MAX_BLOCKS = 1 << 16;

  /** Dataset Management, CDW11: the ranges are deallocated. */
  static final int DSM_DEALLOCATE = 1 << 2;

  /** Dataset Management: bytes of a range. Attributes are at 0, blocks at 4, first LBA at 8. */
  static final int DSM_RANGE_SIZE = 16;

  /** Dataset Management range: block count, 32 bits. */
  static final int DSM_RANGE_BLOCKS = 4;

  /** Dataset Management range: starting LBA, 64 bits. */
  static final int DSM_RANGE_LBA = 8;

  private NvmOpcode() {}
}
