// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The structures of the Identify command: which there are, and where their fields stand.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 5.17.2; NVM Command Set Specification 1.0,
 * section 4.1.5.
 */
final class Identify {
  /** Bytes of each structure. */
  static final int SIZE = 4096;

  /** CNS: one namespace. */
  static final int CNS_NAMESPACE = 0x00;

  /** CNS: the controller. */
  static final int CNS_CONTROLLER = 0x01;

  /** CNS: identifiers of active namespaces above a given one, ascending, 0 at the end. */
  static final int CNS_ACTIVE_NAMESPACES = 0x02;

  /** CNS: the names (EUI-64, NGUID, UUID) of one namespace. */
  static final int CNS_NAMESPACE_DESCRIPTORS = 0x03;

  /** CNS: what a namespace is by its command set. */
  static final int CNS_NVM_NAMESPACE = 0x05;

  /** CNS: what a controller is by a command set. */
  static final int CNS_NVM_CONTROLLER = 0x06;

  /** Controller: PCI vendor, 16 bits. */
  static final int VID = 0;

  /** Controller: serial number, ASCII. */
  static final int SN = 4;

  /** Controller: bytes of {@link #SN}. */
  static final int SN_LENGTH = 20;

  /** Controller: model number, ASCII. */
  static final int MN = 24;

  /** Controller: bytes of {@link #MN}. */
  static final int MN_LENGTH = 40;

  /** Controller: firmware revision, ASCII. */
  static final int FR = 64;

  /** Controller: bytes of {@link #FR}. */
  static final int FR_LENGTH = 8;

  /** Controller: Maximum Data Transfer Size, a power of two in smallest pages; 0 is no limit. */
  static final int MDTS = 77;

  /** Controller: its identifier, 16 bits. */
  static final int CNTLID = 78;

  /** Controller: version, as the VS register. */
  static final int VER = 80;

  /** Controller: RTD3 Entry Latency, the longest shutdown, in microseconds. */
  static final int RTD3E = 88;

  /** Controller: type; 1 is an I/O controller. */
  static final int CNTRLTYPE = 111;

  /** Controller: Optional Admin Command Support, 16 bits. */
  static final int OACS = 256;

  /** OACS bit: Doorbell Buffer Config. */
  static final int OACS_DOORBELL_BUFFER = 1 << 8;

  /** Controller: Abort commands at a time, 0-based. */
  static final int ACL = 258;

  /** Controller: Asynchronous Event Requests at a time, 0-based. */
  static final int AERL = 259;

  /** Controller: firmware slots. */
  static final int FRMW = 260;

  /** Controller: log page attributes; bit 2 is offsets and long lengths. */
  static final int LPA = 261;

  /** Controller: entries of the error log, 0-based. */
  static final int ELPE = 262;

  /** Controller: Warning Composite Temperature Threshold, kelvin. */
  static final int WCTEMP = 266;

  /** Controller: Critical Composite Temperature Threshold, kelvin. */
  static final int CCTEMP = 268;

  /** Controller: size of submission entries, powers of two: smallest in 3:0, largest in 7:4. */
  static final int SQES = 512;

  /** Controller: size of completion entries, powers of two: smallest in 3:0, largest in 7:4. */
  static final int CQES = 513;

  /** Controller: Number of Namespaces, the largest identifier. */
  static final int NN = 516;

  /** Controller: Optional NVM Command Support, 16 bits. */
  static final int ONCS = 520;

  /** Controller: Fused Operation Support, 16 bits. */
  static final int FUSES = 522;

  /** Controller: Volatile Write Cache; bit 0 says there is one. */
  static final int VWC = 525;

  /** Controller: Atomic Compare and Write Unit, 0-based, 16 bits. */
  static final int ACWU = 532;

  /** Controller: formats of Copy's source ranges, 16 bits; bit 0 is format 0h. */
  static final int OCFS = 534;

  /** Controller: NVM subsystem's qualified name. */
  static final int SUBNQN = 768;

  /** SGLS: what SGLs I/O commands may use, see {@link Sgl#supported}; 4 bytes. */
  static final int SGLS = 536;

  /** Controller by the NVM command set: Verify Size Limit, a power of two in smallest pages. */
  static final int VSL = 0;

  /** Controller by the NVM command set: Write Zeroes Size Limit, likewise. */
  static final int WZSL = 1;

  /** Controller by the NVM command set: Write Uncorrectable Size Limit, likewise. */
  static final int WUSL = 2;

  /** Controller by the NVM command set: the most ranges of Dataset Management. */
  static final int DMRL = 3;

  /** Controller by the NVM command set: the most blocks of such a range, 32 bits. */
  static final int DMRSL = 4;

  /** Controller by the NVM command set: the most blocks of all such ranges, 64 bits. */
  static final int DMSL = 8;

  /** ONCS bit: Compare. */
  static final int ONCS_COMPARE = 1;

  /** FUSES bit: Compare and Write. */
  static final int FUSES_COMPARE_AND_WRITE = 1;

  /** ONCS bit: Write Uncorrectable. */
  static final int ONCS_WRITE_UNCORRECTABLE = 1 << 1;

  /** ONCS bit: Dataset Management. */
  static final int ONCS_DSM = 1 << 2;

  /** ONCS bit: Write Zeroes. */
  static final int ONCS_WRITE_ZEROES = 1 << 3;

  /** ONCS bit: Verify. */
  static final int ONCS_VERIFY = 1 << 7;

  /** ONCS bit: Copy. */
  static final int ONCS_COPY = 1 << 8;

  /** Namespace: Namespace Size in blocks, 64 bits. */
  static final int NSZE = 0;

  /** Namespace: Namespace Capacity in blocks, 64 bits. */
  static final int NCAP = 8;

  /** Namespace: Namespace Utilization in blocks, 64 bits. */
  static final int NUSE = 16;

  /** Namespace: features. */
  static final int NSFEAT = 24;

  /** Namespace: number of LBA formats, 0-based. */
  static final int NLBAF = 25;

  /** Namespace: Formatted LBA Size: format in bits 3:0, its upper bits in 6:5. */
  static final int FLBAS = 26;

  /** Namespace: metadata capabilities: bit 0 with the data, bit 1 in a buffer of its own. */
  static final int MC = 27;

  /** Namespace: protection capabilities: bits 2:0 types 3 to 1, bit 3 first, bit 4 last 8 bytes. */
  static final int DPC = 28;

  /** Namespace: protection settings: type in bits 2:0, bit 3 in the first 8 bytes of metadata. */
  static final int DPS = 29;

  /** Namespace: what deallocated blocks read as, bits 2:0; 1 is zeroes. */
  static final int DLFEAT = 33;

  /** Namespace: Atomic Compare and Write Unit, 0-based, 16 bits; where NSFEAT says so. */
  static final int NACWU = 38;

  /** Namespace: the most blocks of a source range of Copy, 16 bits. */
  static final int MSSRL = 74;

  /** Namespace: the most blocks of a Copy, 32 bits. */
  static final int MCL = 76;

  /** Namespace: the most source ranges of a Copy, 0-based. */
  static final int MSRC = 80;

  /** FLBAS bit: metadata follows the data of each block. */
  static final int FLBAS_EXTENDED = 1 << 4;

  /** DPS bit: the protection information is the first 8 bytes of metadata, not the last. */
  static final int DPS_FIRST = 1 << 3;

  /** NSFEAT bit: the namespace's own atomic units hold. */
  static final int NSFEAT_ATOMIC = 1 << 1;

  /** DLFEAT bit: Write Zeroes may deallocate. */
  static final int DLFEAT_WRITE_ZEROES = 1 << 3;

  /** Namespace: attributes; bit 0 is write protected. */
  static final int NSATTR = 99;

  /** Namespace: globally unique identifier, 16 bytes. */
  static final int NGUID = 104;

  /** Namespace: EUI-64, 8 bytes. */
  static final int EUI64 = 120;

  /** Namespace: LBA formats, 4 bytes each: metadata bytes in 15:0, log2 of the block in 23:16. */
  static final int LBAF = 128;

  /**
   * Namespace by the NVM command set: extended LBA formats, 4 bytes each: storage tag bits in 6:0,
   * format of the protection information in 8:7.
   */
  static final int ELBAF = 12;

  /** Mask of {@link #ELBAF}: anything but a guard of 16 bits, and no storage tag. */
  static final int ELBAF_OTHERS = 0x1FF;

  /** Namespace descriptor: type, 1 byte. The length follows, 2 reserved bytes, then the name. */
  static final int NIDT = 0;

  /** Namespace descriptor: bytes of the name. */
  static final int NIDL = 1;

  /** Namespace descriptor: bytes before the name. */
  static final int NID = 4;

  /** Namespace descriptor type: NGUID. */
  static final int NIDT_NGUID = 2;

  /** Namespace descriptor type: command set identifier. */
  static final int NIDT_CSI = 4;

  private Identify() {}
}
