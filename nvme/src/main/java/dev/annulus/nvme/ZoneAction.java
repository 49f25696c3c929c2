// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What a host does with the state of a zone, or of all zones in the states that are named first
 * (Select All). A zone that is already as wanted stays so; from a state that is not named, the
 * status is Invalid Zone State Transition.
 *
 * <p>Source: NVM Express Zoned Namespace Command Set Specification 1.1, section 3.4.3.
 */
public enum ZoneAction {
  /** Opened zones become closed: they give back their open resource. */
  CLOSE(1),

  /** Opened and closed zones become full, as does, one by one, an empty one. */
  FINISH(2),

  /**
   * Closed zones become explicitly opened, as does, one by one, one that is empty or implicitly
   * opened.
   */
  OPEN(3),

  /** Opened, closed and full zones become empty: what was written is lost. */
  RESET(4),

  /** Read-only zones become offline. */
  OFFLINE(5);

  private static final ZoneAction[] ALL = values();

  /** Zone Send Action. */
  final int value;

  ZoneAction(int value) {
    this.value = value;
  }

  /** The action of a number from outside, or null where it is none of these. */
  static ZoneAction of(int value) {
    return value >= 1 && value <= ALL.length ? ALL[value - 1] : null;
  }
}
