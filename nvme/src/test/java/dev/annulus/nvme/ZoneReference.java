// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;

/**
 * What zones do, written down as simply as can be. Which zone a controller closes when it needs the
 * resources is its own affair: that is learnt from its next report.
 */
final class ZoneReference {
  private final ZonedNamespace zoned;
  private final int capacity;
  final ZoneState[] states;
  final int[] written;

  /** Whether the latest command may have had the controller close a zone. */
  private boolean wantedRoom;

  ZoneReference(ZonedNamespace zoned, int capacity) {
    this.zoned = zoned;
    this.capacity = capacity;
    states = new ZoneState[(int) zoned.zones()];
    Arrays.fill(states, ZoneState.EMPTY);
    written = new int[states.length];
  }

  private long count(boolean openOnly) {
    return Arrays.stream(states).filter(each -> openOnly ? each.isOpen() : each.isActive()).count();
  }

  private boolean anyImplicit() {
    return Arrays.asList(states).contains(ZoneState.IMPLICITLY_OPENED);
  }

  /** Opens a zone; the status that says why not, or null. */
  private StatusCode open(int zone, ZoneState how) {
    if (states[zone].isOpen()) {
      states[zone] = how == ZoneState.EXPLICITLY_OPENED ? how : states[zone];
      return null;
    }
    boolean noneLeft = count(true) == zoned.maxOpen();
    wantedRoom = noneLeft;
    if (states[zone] == ZoneState.EMPTY && count(false) == zoned.maxActive()) {
      return StatusCode.TOO_MANY_ACTIVE_ZONES;
    }
    if (noneLeft && !anyImplicit()) {
      return StatusCode.TOO_MANY_OPEN_ZONES;
    }
    states[zone] = how;
    return null;
  }

  /** Writes blocks from a place in a zone, or appends them where that is -1. */
  StatusCode write(int zone, int at, int blocks) {
    wantedRoom = false;
    if (states[zone] == ZoneState.FULL) {
      return StatusCode.ZONE_IS_FULL;
    }
    if (at >= 0 && at != written[zone]) {
      return StatusCode.ZONE_INVALID_WRITE;
    }
    if (written[zone] + blocks > capacity) {
      return StatusCode.ZONED_BOUNDARY_ERROR;
    }
    StatusCode status = open(zone, ZoneState.IMPLICITLY_OPENED);
    if (status == null) {
      written[zone] += blocks;
      states[zone] = written[zone] == capacity ? ZoneState.FULL : states[zone];
    }
    return status;
  }

  StatusCode manage(int zone, ZoneAction action) {
    wantedRoom = false;
    ZoneState state = states[zone];
    switch (action) {
      case OPEN -> {
        return state == ZoneState.FULL
            ? StatusCode.INVALID_ZONE_STATE_TRANSITION
            : open(zone, ZoneState.EXPLICITLY_OPENED);
      }
      case CLOSE -> {
        if (!state.isActive()) {
          return StatusCode.INVALID_ZONE_STATE_TRANSITION;
        }
        states[zone] = ZoneState.CLOSED;
      }
      case FINISH -> states[zone] = ZoneState.FULL;
      case RESET -> {
        states[zone] = ZoneState.EMPTY;
        written[zone] = 0;
      }
      case OFFLINE -> {
        return StatusCode.INVALID_ZONE_STATE_TRANSITION;
      }
    }
    return null;
  }

  /** Compares with a report of all zones, and learns from it which zone was closed. */
  void compare(List<Zone> zones, String where) {
    for (int i = 0; i < states.length; i++) {
      Zone zone = zones.get(i);
      boolean closed = states[i] == ZoneState.IMPLICITLY_OPENED && zone.state() == ZoneState.CLOSED;
      if (closed && wantedRoom) {
        wantedRoom = false; // one is enough
        states[i] = ZoneState.CLOSED;
      }
      assertEquals(states[i], zone.state(), "zone " + i + ", " + where);
      if (states[i].hasWritePointer()) {
        assertEquals(zone.start() + written[i], zone.writePointer(), "zone " + i + ", " + where);
      }
    }
    assertTrue(count(true) <= zoned.maxOpen() && count(false) <= zoned.maxActive(), where);
  }
}
