// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** Zone Management Send: changes the state of one zone, or of all that are selected. */
final class ModelZoneSend implements ModelIoCommand {
  private static final int DNR = NvmeStatus.DO_NOT_RETRY;

  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    ModelZones zones = namespace.zones();
    if (zones == null) {
      return StatusCode.INVALID_COMMAND_OPCODE.value | DNR;
    }
    ZoneAction action = ZoneAction.of(command.cdw13() & ZoneOpcode.ACTION_MASK);
    if (action == null) {
      return StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;
    }
    if (namespace.backing().readOnly()) {
      return ModelBlocks.WRITE_PROTECTED;
    }
    boolean all = (command.cdw13() & ZoneOpcode.SELECT_ALL) != 0;
    return all ? all(namespace, action) : one(namespace, command.cdw10, action);
  }

  private static int one(ModelNamespace namespace, long lba, ZoneAction action) throws IOException {
    if (!namespace.has(lba, 1)) {
      return ModelBlocks.OUT_OF_RANGE;
    }
    ModelZones zones = namespace.zones();
    int zone = zones.indexOf(lba);
    return lba == zones.start(zone)
        ? manage(namespace, zone, action)
        : StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;
  }

  /** All of them or, where there are not resources for all, none. */
  private static int all(ModelNamespace namespace, ZoneAction action) throws IOException {
    ModelZones zones = namespace.zones();
    if (action == ZoneAction.OPEN && !zones.canOpenAll()) {
      return StatusCode.TOO_MANY_OPEN_ZONES.value;
    }
    // Chosen before the first changes: opening one may close another.
    boolean[] selected = new boolean[zones.count()];
    for (int zone = 0; zone < selected.length; zone++) {
      selected[zone] = zones.selected(zone, action);
    }
    int status = 0;
    for (int zone = 0; zone < selected.length && status == 0; zone++) {
      status = selected[zone] ? manage(namespace, zone, action) : 0;
    }
    return status;
  }

  /** What a reset loses reads as zeroes from then on. */
  private static int manage(ModelNamespace namespace, int zone, ZoneAction action)
      throws IOException {
    ModelZones zones = namespace.zones();
    boolean loses = action == ZoneAction.RESET && zones.pointer(zone) > zones.start(zone);
    int status = zones.manage(zone, action);
    if (status == 0 && loses) {
      long bytes = zones.zoning().size() << namespace.blockShift();
      namespace.backing().zero(namespace.position(zones.start(zone)), bytes);
    }
    return status;
  }
}
