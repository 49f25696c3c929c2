// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The zones of a namespace of the model: their states and write pointers, and which rule of the
 * specification a command would break. Under the model's lock.
 *
 * <p>They are the namespace's: a reset of the controller leaves them as they are, an orderly
 * shutdown closes what is open.
 *
 * <p>Source: NVM Express Zoned Namespace Command Set Specification 1.1, sections 2.1.1 (states,
 * resources) and 3.4 (commands).
 */
final class ModelZones {
  private static final int DNR = NvmeStatus.DO_NOT_RETRY;
  private static final int BOUNDARY = StatusCode.ZONED_BOUNDARY_ERROR.value | DNR;
  private static final int INVALID_TRANSITION =
      StatusCode.INVALID_ZONE_STATE_TRANSITION.value | DNR;

  private final ModelZoning zoning;
  private final ZoneState[] states;

  /** Blocks written, from the zone's start. */
  private final long[] written;

  /** When a zone was last opened: of the implicitly opened ones the first is closed first. */
  private final long[] opened;

  private long openings;

  ModelZones(ModelZoning zoning, int count) {
    this.zoning = zoning;
    states = new ZoneState[count];
    written = new long[count];
    opened = new long[count];
    Arrays.fill(states, ZoneState.EMPTY);
  }

  ModelZoning zoning() {
    return zoning;
  }

  int count() {
    return states.length;
  }

  int indexOf(long lba) {
    return (int) (lba / zoning.size());
  }

  long start(int zone) {
    return zone * zoning.size();
  }

  ZoneState state(int zone) {
    return states[zone];
  }

  /** The block that is written next. */
  long pointer(int zone) {
    return start(zone) + written[zone];
  }

  /** Whether blocks, which exist, may be read; 0 or the status to fail with. */
  int checkRead(long lba, long blocks) {
    int last = indexOf(lba + blocks - 1);
    for (int zone = indexOf(lba); zone <= last; zone++) {
      if (states[zone] == ZoneState.OFFLINE) {
        return StatusCode.ZONE_IS_OFFLINE.value | DNR;
      }
      if (zone < last && !zoning.readsAcross()) {
        return BOUNDARY;
      }
    }
    return 0;
  }

  /** Whether blocks, which exist, may be written now; 0 or the status to fail with. */
  int checkWrite(long lba, long blocks) {
    int zone = indexOf(lba);
    switch (states[zone]) {
      case FULL -> {
        return StatusCode.ZONE_IS_FULL.value | DNR;
      }
      case READ_ONLY -> {
        return StatusCode.ZONE_IS_READ_ONLY.value | DNR;
      }
      case OFFLINE -> {
        return StatusCode.ZONE_IS_OFFLINE.value | DNR;
      }
      default -> {
        if (lba != pointer(zone)) {
          return StatusCode.ZONE_INVALID_WRITE.value | DNR;
        }
        return blocks > zoning.capacity() - written[zone] ? BOUNDARY : checkResources(zone);
      }
    }
  }

  /** Blocks that were checked have been written: opens the zone, and moves its write pointer. */
  void written(long lba, long blocks) {
    int zone = indexOf(lba);
    if (!states[zone].isOpen()) {
      open(zone, ZoneState.IMPLICITLY_OPENED);
    }
    written[zone] += blocks;
    if (written[zone] == zoning.capacity()) {
      states[zone] = ZoneState.FULL;
    }
  }

  /**
   * Whether a zone can be opened. Where it cannot now it can be later, so there is no "do not
   * retry".
   */
  private int checkResources(int zone) {
    if (states[zone].isOpen()) {
      return 0;
    }
    boolean active = states[zone].isActive();
    if (!active && zoning.maxActive() > 0 && count(ZoneState::isActive) >= zoning.maxActive()) {
      return StatusCode.TOO_MANY_ACTIVE_ZONES.value;
    }
    return noneLeft() && oldestImplicit() < 0 ? StatusCode.TOO_MANY_OPEN_ZONES.value : 0;
  }

  private boolean noneLeft() {
    return zoning.maxOpen() > 0 && count(ZoneState::isOpen) >= zoning.maxOpen();
  }

  private int count(Predicate<ZoneState> which) {
    return (int) Arrays.stream(states).filter(which).count();
  }

  private int oldestImplicit() {
    int oldest = -1;
    for (int zone = 0; zone < states.length; zone++) {
      boolean implicit = states[zone] == ZoneState.IMPLICITLY_OPENED;
      if (implicit && (oldest < 0 || opened[zone] < opened[oldest])) {
        oldest = zone;
      }
    }
    return oldest;
  }

  /** Opens a zone for which there are resources, or one can be closed that a write has opened. */
  private void open(int zone, ZoneState how) {
    if (noneLeft()) {
      states[oldestImplicit()] = ZoneState.CLOSED;
    }
    states[zone] = how;
    opened[zone] = openings++;
  }

  /** Carries out an action on one zone; 0 or the status to fail with. */
  int manage(int zone, ZoneAction action) {
    ZoneState state = states[zone];
    boolean dead = state == ZoneState.READ_ONLY || state == ZoneState.OFFLINE;
    return switch (action) {
      case OPEN -> dead || state == ZoneState.FULL ? INVALID_TRANSITION : openExplicitly(zone);
      case CLOSE -> state.isActive() ? become(zone, ZoneState.CLOSED) : INVALID_TRANSITION;
      case FINISH -> dead ? INVALID_TRANSITION : become(zone, ZoneState.FULL);
      case RESET -> dead ? INVALID_TRANSITION : become(zone, ZoneState.EMPTY);
      case OFFLINE -> dead ? become(zone, ZoneState.OFFLINE) : INVALID_TRANSITION;
    };
  }

  private int openExplicitly(int zone) {
    if (states[zone].isOpen()) {
      return become(zone, ZoneState.EXPLICITLY_OPENED);
    }
    int status = checkResources(zone);
    if (status == 0) {
      open(zone, ZoneState.EXPLICITLY_OPENED);
    }
    return status;
  }

  private int become(int zone, ZoneState state) {
    states[zone] = state;
    written[zone] = state == ZoneState.EMPTY ? 0 : written[zone];
    return 0;
  }

  /** Whether a zone is among those that an action on all zones is for. */
  boolean selected(int zone, ZoneAction action) {
    ZoneState state = states[zone];
    return switch (action) {
      case CLOSE -> state.isOpen();
      case FINISH -> state.isActive();
      case OPEN -> state == ZoneState.CLOSED;
      case RESET -> state.isActive() || state == ZoneState.FULL;
      case OFFLINE -> state == ZoneState.READ_ONLY;
    };
  }

  /** Whether all closed zones can be open at once, besides those that the host has opened. */
  boolean canOpenAll() {
    int after = count(state -> state == ZoneState.CLOSED || state == ZoneState.EXPLICITLY_OPENED);
    return zoning.maxOpen() == 0 || after <= zoning.maxOpen();
  }

  /** An orderly shutdown: no zone stays open, and what is not written takes no resource. */
  void shutDown() {
    for (int zone = 0; zone < states.length; zone++) {
      if (states[zone].isActive()) {
        states[zone] = written[zone] == 0 ? ZoneState.EMPTY : ZoneState.CLOSED;
      }
    }
  }

  /** The medium of a zone has failed, in tests. */
  void fail(int zone, ZoneState state) {
    states[zone] = state;
  }
}
