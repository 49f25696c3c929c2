// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The numbers of the Identify Namespace structure of the NVM command set, in its order.
 *
 * <p>Source: NVM Command Set Specification 1.0, figure 97.
 */
public enum NamespaceField {
  /** Namespace Size in blocks. */
  NSZE(0, 8, "Namespace Size in blocks"),

  /** Namespace Capacity in blocks. */
  NCAP(8, 8, "Namespace Capacity in blocks"),

  /** Namespace Utilization in blocks. */
  NUSE(16, 8, "Namespace Utilization in blocks"),

  /** Namespace Features. */
  NSFEAT(24, 1, "Namespace Features"),

  /** Number of LBA Formats, one less. */
  NLBAF(25, 1, "Number of LBA Formats, one less"),

  /** Formatted LBA Size: the format in use, and where metadata goes. */
  FLBAS(26, 1, "Formatted LBA Size: the format in use, and where metadata goes"),

  /** Metadata Capabilities. */
  MC(27, 1, "Metadata Capabilities"),

  /** End-to-end Data Protection Capabilities. */
  DPC(28, 1, "End-to-end Data Protection Capabilities"),

  /** End-to-end Data Protection Type Settings. */
  DPS(29, 1, "End-to-end Data Protection Type Settings"),

  /** Namespace Multi-path I/O and Namespace Sharing Capabilities. */
  NMIC(30, 1, "Namespace Multi-path I/O and Namespace Sharing Capabilities"),

  /** Reservation Capabilities. */
  RESCAP(31, 1, "Reservation Capabilities"),

  /** Format Progress Indicator. */
  FPI(32, 1, "Format Progress Indicator"),

  /** Deallocate Logical Block Features. */
  DLFEAT(33, 1, "Deallocate Logical Block Features"),

  /** Namespace Atomic Write Unit Normal in blocks, one less. */
  NAWUN(34, 2, "Namespace Atomic Write Unit Normal in blocks, one less"),

  /** Namespace Atomic Write Unit Power Fail in blocks, one less. */
  NAWUPF(36, 2, "Namespace Atomic Write Unit Power Fail in blocks, one less"),

  /** Namespace Atomic Compare and Write Unit in blocks, one less. */
  NACWU(38, 2, "Namespace Atomic Compare and Write Unit in blocks, one less"),

  /** Namespace Atomic Boundary Size Normal in blocks, one less. */
  NABSN(40, 2, "Namespace Atomic Boundary Size Normal in blocks, one less"),

  /** Namespace Atomic Boundary Offset in blocks. */
  NABO(42, 2, "Namespace Atomic Boundary Offset in blocks"),

  /** Namespace Atomic Boundary Size Power Fail in blocks, one less. */
  NABSPF(44, 2, "Namespace Atomic Boundary Size Power Fail in blocks, one less"),

  /** Namespace Optimal I/O Boundary in blocks. */
  NOIOB(46, 2, "Namespace Optimal I/O Boundary in blocks"),

  /** NVM Capacity in bytes. */
  NVMCAP(48, 16, "NVM Capacity in bytes"),

  /** Namespace Preferred Write Granularity in blocks, one less. */
  NPWG(64, 2, "Namespace Preferred Write Granularity in blocks, one less"),

  /** Namespace Preferred Write Alignment in blocks, one less. */
  NPWA(66, 2, "Namespace Preferred Write Alignment in blocks, one less"),

  /** Namespace Preferred Deallocate Granularity in blocks, one less. */
  NPDG(68, 2, "Namespace Preferred Deallocate Granularity in blocks, one less"),

  /** Namespace Preferred Deallocate Alignment in blocks, one less. */
  NPDA(70, 2, "Namespace Preferred Deallocate Alignment in blocks, one less"),

  /** Namespace Optimal Write Size in blocks, one less. */
  NOWS(72, 2, "Namespace Optimal Write Size in blocks, one less"),

  /** Maximum Single Source Range Length of Copy in blocks. */
  MSSRL(74, 2, "Maximum Single Source Range Length of Copy in blocks"),

  /** Maximum Copy Length in blocks. */
  MCL(76, 4, "Maximum Copy Length in blocks"),

  /** Maximum Source Range Count of Copy, one less. */
  MSRC(80, 1, "Maximum Source Range Count of Copy, one less"),

  /** Number of Unique Capability LBA Formats. */
  NULBAF(82, 1, "Number of Unique Capability LBA Formats"),

  /** ANA Group Identifier. */
  ANAGRPID(92, 4, "ANA Group Identifier"),

  /** Namespace Attributes. */
  NSATTR(99, 1, "Namespace Attributes"),

  /** NVM Set Identifier. */
  NVMSETID(100, 2, "NVM Set Identifier"),

  /** Endurance Group Identifier. */
  ENDGID(102, 2, "Endurance Group Identifier");

  /** First byte in the structure. */
  final int offset;

  /** Bytes of the field, little-endian. */
  final int width;

  private final String words;

  NamespaceField(int offset, int width, String words) {
    this.offset = offset;
    this.width = width;
    this.words = words;
  }

  /**
   * What the field is.
   *
   * @return its name in the specification, with its unit
   */
  public String words() {
    return words;
  }
}
