// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Zones whose medium fails, and models that cannot be. */
@Timeout(60)
class ModelZoneFailureTest {
  @Test
  void aReadOnlyZoneCanBeReadAndTakenOffline() throws Exception {
    ModelController model = ZonedModel.builder().build();
    try (ZonedSetup setup = new ZonedSetup(model)) {
      setup.stamp(0, 4, 9);
      setup.done(setup.append(2, 4));
      model.exclusively(() -> model.namespace(1).zones().fail(2, ZoneState.READ_ONLY));
      setup.assertState(ZoneState.READ_ONLY, 2);
      assertEquals(Zone.NONE, setup.zone(2).writePointer());
      long start = setup.start(2);
      setup.fails(StatusCode.ZONE_IS_READ_ONLY, setup.write(start + 4, 1));
      setup.fails(StatusCode.ZONE_IS_READ_ONLY, setup.append(2, 1));
      for (ZoneAction action : ZoneAction.values()) {
        if (action != ZoneAction.OFFLINE) {
          setup.fails(StatusCode.INVALID_ZONE_STATE_TRANSITION, setup.manage(action, 2));
        }
      }
      setup.done(setup.read(start, 4));
      assertEquals(12, setup.stampAt(3));
      setup.done(setup.zones.manageAll(ZoneAction.OFFLINE, 0));
      setup.assertState(ZoneState.OFFLINE, 2);
      setup.done(setup.manage(ZoneAction.OFFLINE, 2));
      setup.fails(StatusCode.ZONE_IS_OFFLINE, setup.read(start, 4));
      setup.fails(StatusCode.ZONE_IS_OFFLINE, setup.write(start + 4, 1));
      setup.fails(StatusCode.INVALID_ZONE_STATE_TRANSITION, setup.manage(ZoneAction.RESET, 2));
      setup.done(setup.zones.manageAll(ZoneAction.RESET, 0));
      setup.assertState(ZoneState.OFFLINE, 2);
    }
  }

  @Test
  void aReadAcrossAnOfflineZoneFails() throws Exception {
    ModelController model = ZonedModel.builder().readsAcrossZones().build();
    try (ZonedSetup setup = new ZonedSetup(model)) {
      setup.done(setup.read(0, 3 * ZonedModel.SIZE));
      model.exclusively(() -> model.namespace(1).zones().fail(1, ZoneState.OFFLINE));
      setup.fails(StatusCode.ZONE_IS_OFFLINE, setup.read(0, 3 * ZonedModel.SIZE));
      setup.done(setup.read(0, ZonedModel.SIZE));
    }
  }

  @Test
  void aWriteThatFailsMovesNothing() throws Exception {
    try (ZonedSetup setup = new ZonedSetup(ZonedModel.builder().build())) {
      long nowhere = 1L << 50;
      assertTrue(setup.status(setup.queue.write(1, 0, 1, nowhere, 0)) != 0);
      assertTrue(setup.status(setup.zones.append(0, 1, nowhere, 0)) != 0);
      setup.assertState(ZoneState.EMPTY, 0);
    }
  }

  @Test
  void withoutZonesThereAreNoZoneCommands() throws Exception {
    ModelBuilder builder = ZonedModel.builder().namespace(Backing.memory(1 << 20), Setup.BLOCK);
    try (Setup setup = new Setup(builder)) {
      int opcode = ZoneOpcode.APPEND;
      assertTrue(setup.queue.command(opcode, 2, 0, 0, 0, setup.buffer.iova(), 512, 1));
      assertTrue(setup.queue.write(2, 9, 1, setup.buffer.iova(), 2));
      setup.finish();
      setup.outcomes.assertStatus(StatusCode.INVALID_COMMAND_OPCODE, true, 1);
      setup.outcomes.assertOk(2);
      NvmeException e = assertThrows(NvmeException.class, () -> setup.controller.zonedNamespace(2));
      assertTrue(e.getMessage().contains("has no zones"), e.getMessage());
    }
  }

  @Test
  void modelsThatCannotBe() throws IOException {
    ModelBuilder empty = ModelController.builder();
    assertThrows(IllegalArgumentException.class, () -> empty.zoned(8, 8, 0, 0));
    assertThrows(IllegalArgumentException.class, empty::readsAcrossZones);
    ModelBuilder one = empty.namespace(Backing.memory(1 << 16), Setup.BLOCK);
    assertThrows(IllegalArgumentException.class, () -> one.zoned(129, 8, 0, 0), "too long");
    assertThrows(IllegalArgumentException.class, () -> one.zoned(8, 9, 0, 0), "no capacity");
    assertThrows(IllegalArgumentException.class, () -> one.zoned(8, 8, 3, 2), "more open");
    assertThrows(IllegalArgumentException.class, one::readsAcrossZones);
    try (ModelController model = one.zoned(40, 8, 0, 0).build();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT)) {
      ZonedNamespace zoned = controller.zonedNamespace(1);
      assertEquals(3, zoned.zones());
      assertEquals(ZonedNamespace.NO_LIMIT, zoned.maxOpen());
      assertEquals(ZonedNamespace.NO_LIMIT, zoned.maxActive());
    }
  }
}
