// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Opcodes of the zoned namespace command set besides those of the NVM command set, and the fields
 * of their command dwords. Source: NVM Express Zoned Namespace Command Set Specification 1.1,
 * section 3.4.
 */
final class ZoneOpcode {
  /** Zone Management Send: CDW10 and 11 name the zone, CDW13 what to do. */
  static final int MANAGEMENT_SEND = 0x79;

  /** Zone Management Receive: CDW10 and 11 say where to begin, CDW12 how much is wanted. */
  static final int MANAGEMENT_RECEIVE = 0x7A;

  /** Zone Append: CDW10 and 11 name the zone; the result is where the data went. */
  static final int APPEND = 0x7D;

  /** CDW13 of both management commands: the action. */
  static final int ACTION_MASK = 0xFF;

  /** Zone Management Send, CDW13: Select All. */
  static final int SELECT_ALL = 1 << 8;

  /** Zone Management Receive, CDW13: Report Zones. */
  static final int REPORT = 0;

  /** Zone Management Receive, CDW13: which zones, see {@link ZoneState#filter}. */
  static final int FILTER_SHIFT = 8;

  /** Zone Management Receive, CDW13: the number of zones is of those in the buffer. */
  static final int PARTIAL = 1 << 16;

  private ZoneOpcode() {}
}
