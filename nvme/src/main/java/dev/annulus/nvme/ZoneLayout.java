// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The report that Zone Management Receive answers with: a header, then zone descriptors. Source:
 * NVM Express Zoned Namespace Command Set Specification 1.1, section 3.4.2.2.
 */
final class ZoneLayout {
  /** Bytes of the header. */
  static final int HEADER = 64;

  /** Header: Number of Zones, 64 bits. */
  static final int NUMBER = 0;

  /** Bytes of a descriptor, without an extension. */
  static final int DESCRIPTOR = 64;

  /** Descriptor: Zone Type in bits 3:0. */
  static final int TYPE = 0;

  /** {@link #TYPE}: Sequential Write Required, the only one there is. */
  static final int SEQUENTIAL = 2;

  /** Descriptor: Zone State in bits 7:4. */
  static final int STATE = 1;

  /** Descriptor: Zone Attributes. */
  static final int ATTRIBUTES = 2;

  /** Descriptor: Zone Capacity in blocks, 64 bits. */
  static final int CAPACITY = 8;

  /** Descriptor: Zone Start Logical Block Address, 64 bits. */
  static final int START = 16;

  /** Descriptor: Write Pointer, 64 bits; all ones where there is none. */
  static final int WRITE_POINTER = 24;

  private ZoneLayout() {}
}
