// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The state of a zone. Source: NVM Express Zoned Namespace Command Set Specification 1.1, sections
 * 2.1.1 (the state machine) and 3.4.2 (the numbers in a report).
 */
public enum ZoneState {
  /** ZSE: nothing is written. */
  EMPTY(0x1, 1),

  /** ZSIO: opened by a write; the controller may close it where it needs the resources. */
  IMPLICITLY_OPENED(0x2, 2),

  /** ZSEO: opened by {@link ZoneAction#OPEN}; stays so until the host closes it. */
  EXPLICITLY_OPENED(0x3, 3),

  /** ZSC: partly written; takes an active, but no open resource. */
  CLOSED(0x4, 4),

  /** ZSRO: can be read only, for good; a failure of the medium. */
  READ_ONLY(0xD, 6),

  /** ZSF: written to its capacity, or finished. */
  FULL(0xE, 5),

  /** ZSO: can neither be written nor read, for good. */
  OFFLINE(0xF, 7);

  private static final ZoneState[] BY_VALUE = new ZoneState[16];

  static {
    for (ZoneState each : values()) {
      BY_VALUE[each.value] = each;
    }
  }

  /** The number in a zone descriptor, 4 bits. */
  final int value;

  /** The number by which reports are asked for of zones in this state; 0 is all zones. */
  final int filter;

  ZoneState(int value, int filter) {
    this.value = value;
    this.filter = filter;
  }

  /** The state of a number from outside, or null where the specification has none. */
  static ZoneState of(int value) {
    return BY_VALUE[value & 0xF];
  }

  /** The state that a report is asked for, or null for all; of a number from 0 to 7. */
  static ZoneState filtered(int filter) {
    for (ZoneState each : values()) {
      if (each.filter == filter) {
        return each;
      }
    }
    return null;
  }

  /** Whether it takes an open resource. */
  boolean isOpen() {
    return this == IMPLICITLY_OPENED || this == EXPLICITLY_OPENED;
  }

  /** Whether it takes an active resource. */
  boolean isActive() {
    return isOpen() || this == CLOSED;
  }

  /** Whether a zone in this state has a write pointer. */
  boolean hasWritePointer() {
    return this == EMPTY || isActive();
  }
}
