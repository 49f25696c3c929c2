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

  /** Write Uncorrectable: reads fail until the blocks are written again. */
  static final int WRITE_UNCORRECTABLE = 0x04;

  /** Compare the data with the medium; differing is status Compare Failure. */
  static final int COMPARE = 0x05;

  /** Write Zeroes, without data transfer. */
  static final int WRITE_ZEROES = 0x08;

  /** Dataset Management: hints about ranges, of which deallocate is one. */
  static final int DATASET_MANAGEMENT = 0x09;

  /** Verify: reads for the device alone, and checks what can be checked. */
  static final int VERIFY = 0x0C;

  /** Copy: from ranges of blocks to one range, within the device. */
  static final int COPY = 0x19;

  /** CDW12: Limited Retry, the device gives up early. */
  static final int LIMITED_RETRY = 1 << 31;

  /** CDW12: Force Unit Access, durable when it completes. */
  static final int FUA = 1 << 30;

  /** CDW12 of Write Zeroes: the blocks may be deallocated, and read as zeros all the same. */
  static final int DEAC = 1 << 25;

  /** CDW12 of commands with a block count: the count, 0-based, is in bits 15:0. */
  static final int BLOCKS_MASK = 0xFFFF;

  /** The most blocks a command can name. */
  static final int MAX_BLOCKS = 1 << 16;

  /** CDW12: PRACT, the device writes and strips protection information itself. */
  static final int PRACT = 1 << 29;

  /** CDW12: where PRCHK begins; bit 2 guard, bit 1 application tag, bit 0 reference tag. */
  static final int PRCHK_SHIFT = 26;

  /** PRCHK: the guard is checked. */
  static final int PRCHK_GUARD = 1 << 2;

  /** PRCHK: the application tag is checked. */
  static final int PRCHK_APPLICATION_TAG = 1 << 1;

  /** PRCHK: the reference tag is checked. */
  static final int PRCHK_REFERENCE_TAG = 1;

  /** Copy, CDW12: PRINFO of what is read, 4 bits; that of what is written is where others' is. */
  static final int COPY_READ_PRINFO_SHIFT = 12;

  /** Copy, CDW12: the format of source ranges, 4 bits; here only 0h. */
  static final int COPY_FORMAT_SHIFT = 8;

  /** Copy source range, format 0h: bytes of a range. */
  static final int COPY_RANGE_SIZE = 32;

  /** Copy source range: starting LBA, 64 bits. */
  static final int COPY_RANGE_LBA = 8;

  /** Copy source range: block count, 0-based, 16 bits. */
  static final int COPY_RANGE_BLOCKS = 16;

  /** Copy source range: expected reference tag, 32 bits; then application tag and its mask. */
  static final int COPY_RANGE_TAGS = 24;

  /** Ranges that Dataset Management and Copy can name: their count, 0-based, has 8 bits. */
  static final int MAX_RANGES = 256;

  /** Dataset Management, CDW11: the ranges are read as a whole. */
  static final int DSM_INTEGRAL_READ = 1;

  /** Dataset Management, CDW11: the ranges are written as a whole. */
  static final int DSM_INTEGRAL_WRITE = 1 << 1;

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
