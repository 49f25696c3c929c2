// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Zones, the same for each kind of controller. */
@Timeout(60)
abstract class ZoneContract {
  /**
   * A transport to a controller whose namespace 1 has zones: of 16 blocks or more, less than their
   * size; at least 2 can be open, more than that active, and there are more still.
   */
  abstract Transport open() throws Exception;

  private ZonedSetup setup;

  @BeforeEach
  void start() throws Exception {
    setup = new ZonedSetup(open());
  }

  @AfterEach
  void stop() throws Exception {
    setup.close();
  }

  @Test
  void tellsHowItIsDivided() throws Exception {
    ZonedNamespace zoned = setup.zoned;
    assertEquals(setup.controller.namespace(1), zoned.namespace());
    assertTrue(zoned.maxOpen() >= 2 && zoned.maxActive() > zoned.maxOpen(), zoned::toString);
    assertTrue(zoned.zones() > zoned.maxActive(), zoned::toString);
    assertTrue(zoned.maxAppendBytes() >= 4096, zoned::toString);
    assertEquals(zoned.zoneSize(), zoned.startOf(2 * zoned.zoneSize() - 1));
    List<Zone> all = setup.all();
    for (int i = 0; i < all.size(); i++) {
      Zone zone = all.get(i);
      assertEquals(new Zone(setup.start(i), zone.capacity(), zone.start(), EMPTY, 0), zone);
      assertTrue(zone.capacity() >= 16 && zone.capacity() < zoned.zoneSize(), zone::toString);
    }
    NvmeException e = assertThrows(NvmeException.class, () -> setup.controller.zonedNamespace(77));
    assertTrue(e.getMessage().contains("no such active namespace"), e.getMessage());
  }

  private static final ZoneState EMPTY = ZoneState.EMPTY;

  @Test
  void writesMoveTheWritePointer() throws Exception {
    long start = setup.start(1);
    setup.stamp(0, 8, 100);
    setup.done(setup.write(start, 3));
    assertEquals(start + 3, setup.zone(1).writePointer());
    setup.assertState(ZoneState.IMPLICITLY_OPENED, 1);
    setup.fails(StatusCode.ZONE_INVALID_WRITE, setup.write(start, 1));
    setup.fails(StatusCode.ZONE_INVALID_WRITE, setup.write(start + 2, 1));
    setup.fails(StatusCode.ZONE_INVALID_WRITE, setup.write(start + 4, 1));
    setup.fails(StatusCode.ZONE_INVALID_WRITE, setup.queue.writeZeroes(1, start, 1, 0));
    setup.done(setup.queue.writeThrough(1, start + 3, 5, setup.buffer.iova(), 0));
    setup.done(setup.queue.writeZeroes(1, start + 8, 2, 0));
    assertEquals(start + 10, setup.zone(1).writePointer());
    setup.stamp(0, 16, -1);
    setup.done(setup.read(start, 10));
    for (int i = 0; i < 10; i++) {
      assertEquals(i < 3 ? 100 + i : i < 8 ? 97 + i : 0, setup.stampAt(i), "block " + i);
    }
  }

  @Test
  void aZoneIsFullAtItsCapacity() throws Exception {
    int capacity = setup.capacity();
    setup.fails(StatusCode.ZONED_BOUNDARY_ERROR, setup.write(0, capacity + 1));
    setup.assertState(EMPTY, 0);
    setup.done(setup.write(0, capacity - 1));
    setup.fails(StatusCode.ZONED_BOUNDARY_ERROR, setup.write(capacity - 1, 2));
    setup.done(setup.write(capacity - 1, 1));
    setup.assertState(ZoneState.FULL, 0);
    assertEquals(Zone.NONE, setup.zone(0).writePointer());
    assertEquals(0, setup.zone(0).room());
    setup.fails(StatusCode.ZONE_IS_FULL, setup.write(0, 1));
    setup.fails(StatusCode.ZONE_IS_FULL, setup.write(capacity, 1));
    setup.fails(StatusCode.ZONE_IS_FULL, setup.append(0, 1));
  }

  @Test
  void appendsTellWhereTheyWent() throws Exception {
    long start = setup.start(2);
    for (int i = 0; i < 4; i++) {
      setup.stamp(0, 3, 10 * i);
      setup.done(setup.append(2, 3));
      assertEquals(start + 3 * i, setup.outcomes.longResult(0));
      assertTrue(setup.zoned.holds(start, setup.outcomes.longResult(0), 3));
    }
    setup.done(setup.read(start, 12));
    for (int i = 0; i < 12; i++) {
      assertEquals(i / 3 * 10 + i % 3, setup.stampAt(i));
    }
    setup.fails(StatusCode.ZONED_BOUNDARY_ERROR, setup.append(2, setup.capacity() - 11));
    assertFalse(setup.zoned.holds(start, start - 1, 1));
    assertFalse(setup.zoned.holds(start, setup.start(3) - 1, 2));
  }

  @Test
  void appendsThatCannotBe() throws Exception {
    long iova = setup.buffer.iova();
    long bytes = setup.zoned.maxAppendBytes();
    int most = (int) bytes / setup.blockSize();
    assertThrows(IllegalArgumentException.class, () -> setup.append(0, most + 1));
    assertThrows(IllegalArgumentException.class, () -> setup.append(0, 0));
    assertThrows(IllegalArgumentException.class, () -> setup.zones.append(1, 1, iova, 0));
    assertThrows(IllegalArgumentException.class, () -> setup.append((int) setup.zoned.zones(), 1));
    assertThrows(IllegalArgumentException.class, () -> setup.zones.append(0, 1, iova + 2, 0));
    QueuePair queue = setup.queue;
    int opcode = ZoneOpcode.APPEND;
    // The same, past the driver's checks.
    setup.fails(
        StatusCode.INVALID_FIELD_IN_COMMAND, queue.command(opcode, 1, 1, 0, 0, iova, 512, 0));
    if (bytes < queue.maxTransfer()) {
      setup.fails(
          StatusCode.INVALID_FIELD_IN_COMMAND,
          queue.command(opcode, 1, 0, most, 0, iova, bytes + setup.blockSize(), 0));
    }
    setup.fails(
        StatusCode.LBA_OUT_OF_RANGE,
        queue.command(opcode, 1, setup.zoned.namespace().blocks(), 0, 0, iova, 512, 0));
    setup.assertState(EMPTY, 0);
  }

  /** Brings a zone into a state that a host can bring about. */
  private void bring(int zone, ZoneState state) throws NvmeException {
    switch (state) {
      case EMPTY -> setup.done(setup.manage(ZoneAction.RESET, zone));
      case IMPLICITLY_OPENED -> setup.done(setup.write(setup.start(zone), 1));
      case EXPLICITLY_OPENED -> setup.done(setup.manage(ZoneAction.OPEN, zone));
      case CLOSED -> {
        setup.done(setup.write(setup.start(zone), 1));
        setup.done(setup.manage(ZoneAction.CLOSE, zone));
      }
      case FULL -> setup.done(setup.manage(ZoneAction.FINISH, zone));
      default -> throw new AssertionError(state);
    }
    setup.assertState(state, zone);
  }

  private static Map<ZoneState, ZoneState> from(
      ZoneState empty, ZoneState implicit, ZoneState explicit, ZoneState closed, ZoneState full) {
    Map<ZoneState, ZoneState> to = new EnumMap<>(ZoneState.class);
    to.put(ZoneState.EMPTY, empty);
    to.put(ZoneState.IMPLICITLY_OPENED, implicit);
    to.put(ZoneState.EXPLICITLY_OPENED, explicit);
    to.put(ZoneState.CLOSED, closed);
    to.put(ZoneState.FULL, full);
    return to;
  }

  /** Where each action leads from each state; null where it leads nowhere. */
  private static Map<ZoneState, ZoneState> transitions(ZoneAction action) {
    ZoneState closed = ZoneState.CLOSED;
    ZoneState open = ZoneState.EXPLICITLY_OPENED;
    ZoneState full = ZoneState.FULL;
    return switch (action) {
      case CLOSE -> from(null, closed, closed, closed, null);
      case FINISH -> from(full, full, full, full, full);
      case OPEN -> from(open, open, open, open, null);
      case RESET -> from(EMPTY, EMPTY, EMPTY, EMPTY, EMPTY);
      case OFFLINE -> from(null, null, null, null, null);
    };
  }

  @ParameterizedTest
  @EnumSource
  void actionsChangeStates(ZoneAction action) throws Exception {
    for (Map.Entry<ZoneState, ZoneState> each : transitions(action).entrySet()) {
      bring(3, each.getKey());
      ZoneState to = each.getValue();
      int status = setup.status(setup.manage(action, 3));
      String what = action + " of a zone that is " + each.getKey();
      StatusCode expected = to == null ? StatusCode.INVALID_ZONE_STATE_TRANSITION : null;
      assertEquals(expected, status == 0 ? null : StatusCode.of(status), what);
      assertEquals(to == null ? each.getKey() : to, setup.zone(3).state(), what);
      bring(3, EMPTY);
    }
  }

  @Test
  void aResetLosesWhatWasWritten() throws Exception {
    setup.stamp(0, 8, 1);
    setup.done(setup.write(0, 8));
    setup.done(setup.manage(ZoneAction.RESET, 0));
    assertEquals(0, setup.zone(0).writePointer());
    setup.done(setup.read(0, 8));
    for (int i = 0; i < 8; i++) {
      assertEquals(0, setup.stampAt(i));
    }
    setup.stamp(0, 8, 50);
    setup.done(setup.write(0, 2));
    setup.done(setup.read(0, 2));
    assertEquals(51, setup.stampAt(1));
  }

  @Test
  void readsAreOfOneZoneUnlessItSaysOtherwise() throws Exception {
    long end = setup.start(1);
    setup.done(setup.read(end - 2, 2));
    if (setup.zoned.readsAcrossZones()) {
      setup.done(setup.read(end - 1, 2));
    } else {
      setup.fails(StatusCode.ZONED_BOUNDARY_ERROR, setup.read(end - 1, 2));
    }
  }

  @Test
  void noMoreZonesAreOpenedThanCanBe() throws Exception {
    int most = (int) setup.zoned.maxOpen();
    for (int zone = 0; zone < most; zone++) {
      setup.done(setup.manage(ZoneAction.OPEN, zone));
    }
    setup.fails(StatusCode.TOO_MANY_OPEN_ZONES, setup.manage(ZoneAction.OPEN, most));
    setup.fails(StatusCode.TOO_MANY_OPEN_ZONES, setup.write(setup.start(most), 1));
    setup.fails(StatusCode.TOO_MANY_OPEN_ZONES, setup.append(most, 1));
    setup.assertState(EMPTY, most);
    setup.done(setup.manage(ZoneAction.CLOSE, 0));
    setup.done(setup.append(most, 1));
    setup.done(setup.manage(ZoneAction.FINISH, 1));
    setup.done(setup.write(setup.start(most + 1), 1));
  }

  @Test
  void whatAWriteHasOpenedIsClosedForAnother() throws Exception {
    int most = (int) setup.zoned.maxOpen();
    for (int zone = 0; zone <= most; zone++) {
      setup.done(setup.append(zone, 1));
    }
    List<Zone> all = setup.all();
    assertEquals(1, count(all, ZoneState.CLOSED));
    assertEquals(most, count(all, ZoneState.IMPLICITLY_OPENED));
    assertEquals(ZoneState.IMPLICITLY_OPENED, all.get(most).state());
    setup.done(setup.manage(ZoneAction.OPEN, most));
    setup.done(setup.append(0, 1));
    setup.assertState(ZoneState.EXPLICITLY_OPENED, most);
  }

  private static int count(List<Zone> zones, ZoneState state) {
    return (int) zones.stream().filter(each -> each.state() == state).count();
  }

  @Test
  void noMoreZonesAreActiveThanCanBe() throws Exception {
    int most = (int) setup.zoned.maxActive();
    for (int zone = 0; zone < most; zone++) {
      setup.done(setup.append(zone, 1));
      setup.done(setup.manage(ZoneAction.CLOSE, zone));
    }
    setup.fails(StatusCode.TOO_MANY_ACTIVE_ZONES, setup.append(most, 1));
    setup.fails(StatusCode.TOO_MANY_ACTIVE_ZONES, setup.manage(ZoneAction.OPEN, most));
    setup.done(setup.append(0, 1));
    setup.done(setup.manage(ZoneAction.FINISH, 1));
    setup.done(setup.append(most, 1));
    setup.fails(StatusCode.TOO_MANY_ACTIVE_ZONES, setup.append(most + 1, 1));
    setup.done(setup.manage(ZoneAction.RESET, 2));
    setup.done(setup.append(most + 1, 1));
  }

  @Test
  void actionsOnAllZones() throws Exception {
    setup.done(setup.append(0, 1));
    setup.done(setup.manage(ZoneAction.OPEN, 1));
    setup.done(setup.manage(ZoneAction.FINISH, 2));
    setup.done(setup.zones.manageAll(ZoneAction.CLOSE, 0));
    assertEquals(2, count(setup.all(), ZoneState.CLOSED));
    setup.done(setup.zones.manageAll(ZoneAction.OPEN, 0));
    assertEquals(2, count(setup.all(), ZoneState.EXPLICITLY_OPENED));
    setup.done(setup.zones.manageAll(ZoneAction.FINISH, 0));
    assertEquals(3, count(setup.all(), ZoneState.FULL));
    setup.done(setup.zones.manageAll(ZoneAction.OFFLINE, 0));
    setup.done(setup.zones.manageAll(ZoneAction.RESET, 0));
    assertEquals(setup.zoned.zones(), count(setup.all(), EMPTY));
  }

  @Test
  void reportsOfSomeZones() throws Exception {
    int zones = (int) setup.zoned.zones();
    setup.done(setup.manage(ZoneAction.FINISH, 1));
    setup.done(setup.manage(ZoneAction.FINISH, 3));
    setup.done(setup.append(4, 2));
    ZoneReport full = setup.report(0, ZoneState.FULL, false, zones);
    assertEquals(2, full.number());
    assertEquals(List.of(1L, 3L), full.zones().stream().map(this::index).toList());
    assertEquals(1, setup.report(setup.start(2), ZoneState.FULL, false, zones).number());
    assertEquals(0, setup.report(0, ZoneState.OFFLINE, false, zones).number());
    ZoneReport one = setup.report(setup.start(4) + 5, ZoneState.IMPLICITLY_OPENED, false, 1);
    assertEquals(setup.start(4) + 2, one.zones().getFirst().writePointer());
    assertEquals(setup.zone(4).capacity() - 2, one.zones().getFirst().room());
    ZoneReport whole = setup.report(0, null, false, 2);
    assertEquals(zones, whole.number());
    assertEquals(2, whole.zones().size());
    assertEquals(2, setup.report(0, null, true, 2).number());
    assertEquals(zones - 3, setup.report(setup.start(3), null, false, 0).number());
  }

  private long index(Zone zone) {
    return zone.start() / setup.zoned.zoneSize();
  }

  @Test
  void managementThatCannotBe() throws Exception {
    QueuePair queue = setup.queue;
    long past = setup.zoned.namespace().blocks();
    long iova = setup.buffer.iova();
    int send = ZoneOpcode.MANAGEMENT_SEND;
    int receive = ZoneOpcode.MANAGEMENT_RECEIVE;
    StatusCode invalid = StatusCode.INVALID_FIELD_IN_COMMAND;
    long close = (long) ZoneAction.CLOSE.value << 32;
    setup.fails(invalid, queue.command(send, 1, 1, close, 0, 0, 0, 0));
    setup.fails(invalid, queue.command(send, 1, 0, 0xEFL << 32, 0, 0, 0, 0));
    setup.fails(StatusCode.LBA_OUT_OF_RANGE, queue.command(send, 1, past, close, 0, 0, 0, 0));
    setup.fails(invalid, queue.command(receive, 1, 0, 31 | 9L << 32, 0, iova, 128, 0));
    setup.fails(invalid, queue.command(receive, 1, 0, 31 | 8L << 40, 0, iova, 128, 0));
    setup.fails(StatusCode.LBA_OUT_OF_RANGE, setup.zones.report(past, null, false, iova, 128, 0));
    assertThrows(
        IllegalArgumentException.class, () -> setup.zones.report(0, null, false, iova, 60, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> setup.zones.manage(ZoneAction.OPEN, setup.start(0) + 1, 0));
  }

  @Test
  void aWriteIsOneCommand() {
    int most = (int) (setup.queue.longestWrite(1) / setup.blockSize());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> setup.write(0, most + 1));
    assertTrue(e.getMessage().contains("in any order"), e.getMessage());
    assertEquals(0, setup.queue.inFlight());
  }

  @Test
  void zonesOutliveResetsAndShutdowns() throws Exception {
    setup.done(setup.append(0, 3));
    setup.done(setup.manage(ZoneAction.OPEN, 1));
    setup.done(setup.append(1, 2));
    setup.done(setup.manage(ZoneAction.FINISH, 2));
    setup.controller.reset();
    Trouble.until("the queue", () -> setup.manage(ZoneAction.RESET, 5), setup.queue::ring);
    setup.done(true);
    assertLeft();
    setup.restart();
    assertLeft();
    assertEquals(ZoneState.CLOSED, setup.zone(1).state(), "no zone stays open");
    setup.done(setup.append(0, 1));
    assertEquals(3, setup.outcomes.longResult(0));
  }

  private void assertLeft() throws NvmeException {
    assertEquals(3, setup.zone(0).writePointer());
    assertTrue(setup.zone(0).state().isActive());
    assertEquals(setup.start(1) + 2, setup.zone(1).writePointer());
    assertTrue(setup.zone(1).state().isActive());
    setup.assertState(ZoneState.FULL, 2);
    setup.assertState(EMPTY, 3);
  }
}
