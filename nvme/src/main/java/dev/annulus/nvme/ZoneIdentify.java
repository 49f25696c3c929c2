// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What Identify tells of I/O command sets, and of zoned namespaces. Source: NVM Express Base
 * Specification 2.0, section 5.17.2; Zoned Namespace Command Set Specification 1.1, section 4.1.5.
 */
final class ZoneIdentify {
  /** CNS: one namespace, what is of its command set alone; CSI in CDW11. */
  static final int CNS_NAMESPACE = 0x05;

  /** CNS: the controller, what is of one command set alone; CSI in CDW11. */
  static final int CNS_CONTROLLER = 0x06;

  /** CNS: the combinations of command sets that the controller has; its identifier in CDW10. */
  static final int CNS_COMMAND_SETS = 0x1C;

  /** CDW10 in bits 31:16: the controller that is asked. */
  static final long THIS_CONTROLLER = 0xFFFFL << 16;

  /** CDW11, in the upper half of the word: the command set in bits 31:24. */
  static final int CSI_SHIFT = 56;

  /** Command Set Identifier: NVM. */
  static final int CSI_NVM = 0;

  /** Command Set Identifier: Zoned Namespace. */
  static final int CSI_ZONED = 2;

  /** Command sets: a combination a 64-bit word, with a bit for each command set. */
  static final int COMBINATIONS = Identify.SIZE / Long.BYTES;

  /** Controller: Zone Append Size Limit, a power of two in smallest pages; 0 is MDTS. */
  static final int ZASL = 0;

  /** Namespace: Zone Operation Characteristics, 16 bits; bit 0 is capacities that change. */
  static final int ZOC = 0;

  /** Namespace: Optional Zoned Command Support, 16 bits; bit 0 is reads across zones. */
  static final int OZCS = 2;

  /** Namespace: Maximum Active Resources, 32 bits, 0-based; all ones is no limit. */
  static final int MAR = 4;

  /** Namespace: Maximum Open Resources, 32 bits, 0-based; all ones is no limit. */
  static final int MOR = 8;

  /** Namespace: LBA format extensions, 16 bytes each: the Zone Size in blocks, 64 bits, first. */
  static final int LBAFE = 2816;

  /** Bytes of an {@link #LBAFE}. */
  static final int LBAFE_SIZE = 16;

  /** LBA format extension: Zone Descriptor Extension Size, in units of 64 bytes. */
  static final int ZDES = 8;

  private ZoneIdentify() {}
}
