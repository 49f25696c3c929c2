// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Controller registers: offsets, and the fields within them.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 3.1.3 (controller properties), and the
 * PCIe Transport Specification, section 3.1.2 (doorbells).
 */
final class Registers {
  /** Controller Capabilities, 64 bits, read-only. */
  static final int CAP = 0x00;

  /** Version: major in bits 31:16, minor in 15:8, tertiary in 7:0. */
  static final int VS = 0x08;

  /** Interrupt Mask Set: writing 1 masks a vector; not for MSI-X. */
  static final int INTMS = 0x0C;

  /** Interrupt Mask Clear: writing 1 unmasks a vector; not for MSI-X. */
  static final int INTMC = 0x10;

  /** Controller Configuration. */
  static final int CC = 0x14;

  /** Controller Status. */
  static final int CSTS = 0x1C;

  /** NVM Subsystem Reset: acts when {@link #NSSR_MAGIC} is written. */
  static final int NSSR = 0x20;

  /** Admin Queue Attributes: the sizes of both admin queues, 0-based. */
  static final int AQA = 0x24;

  /** Admin Submission Queue base address, 64 bits. */
  static final int ASQ = 0x28;

  /** Admin Completion Queue base address, 64 bits. */
  static final int ACQ = 0x30;

  /**
   * The first doorbell; queue q has its SQ tail at 2q and its CQ head at 2q + 1 strides after it.
   */
  static final int DOORBELLS = 0x1000;

  /** Written to {@link #NSSR} to reset the subsystem: "NVMe". */
  static final int NSSR_MAGIC = 0x4E56_4D65;

  /** What a register of a device that is gone reads as. */
  static final int ALL_ONES = 0xFFFF_FFFF;

  /** CAP.CQR: queues must be physically contiguous. */
  static final long CAP_CQR = 1L << 16;

  /** CAP.CSS bit: the NVM command set. */
  static final int CSS_NVM = 1;

  /** CAP.CSS bit: I/O command sets are told by Identify. */
  static final int CSS_IOCS = 1 << 6;

  /** CC.CSS value that enables all I/O command sets the controller has. */
  static final int CC_CSS_ALL = 6;

  /** CC.EN: the controller works on commands. */
  static final int CC_EN = 1;

  /** CC.SHN: a normal shutdown. */
  static final int CC_SHN_NORMAL = 1 << 14;

  /** CC.SHN, both bits. */
  static final int CC_SHN_MASK = 3 << 14;

  /** CC.IOSQES for entries of 64 bytes. */
  static final int CC_IOSQES_64 = 6 << 16;

  /** CC.IOCQES for entries of 16 bytes. */
  static final int CC_IOCQES_16 = 4 << 20;

  /** CSTS.RDY: follows CC.EN when the controller is done with the change. */
  static final int CSTS_RDY = 1;

  /** CSTS.CFS: Controller Fatal Status. */
  static final int CSTS_CFS = 1 << 1;

  /** CSTS.SHST: shutdown is complete. */
  static final int CSTS_SHST_COMPLETE = 2 << 2;

  /** CSTS.SHST, both bits. */
  static final int CSTS_SHST_MASK = 3 << 2;

  private Registers() {}

  /** CAP.MQES: the most entries of an I/O queue. */
  static int maxQueueEntries(long cap) {
    return (int) (cap & 0xFFFF) + 1;
  }

  /** CAP.TO: the longest wait for CSTS.RDY, in units of 500 ms. */
  static int timeoutUnits(long cap) {
    return (int) (cap >>> 24) & 0xFF;
  }

  /** CAP.DSTRD: doorbells are {@code 4 << DSTRD} bytes apart. */
  static int doorbellStride(long cap) {
    return (int) (cap >>> 32) & 0xF;
  }

  /** CAP.CSS: command sets supported. */
  static int commandSets(long cap) {
    return (int) (cap >>> 37) & 0xFF;
  }

  /** CAP.MPSMIN: the smallest memory page is {@code 4096 << MPSMIN} bytes. */
  static int minPage(long cap) {
    return (int) (cap >>> 48) & 0xF;
  }

  /** CAP.MPSMAX: the largest memory page is {@code 4096 << MPSMAX} bytes. */
  static int maxPage(long cap) {
    return (int) (cap >>> 52) & 0xF;
  }

  /** CC.MPS: the memory page in use is {@code 4096 << MPS} bytes. */
  static int memoryPage(int cc) {
    return (cc >>> 7) & 0xF;
  }

  /** AQA of two admin queues of so many entries. */
  static int adminQueues(int sqEntries, int cqEntries) {
    return (cqEntries - 1) << 16 | (sqEntries - 1);
  }
}
