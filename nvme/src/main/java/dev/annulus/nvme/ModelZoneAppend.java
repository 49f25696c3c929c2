// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/**
 * Zone Append: a write to wherever the zone's write pointer is, which is its result.
 *
 * @param write carries it out
 * @param limit the most bytes
 */
record ModelZoneAppend(ModelZonedWrite write, long limit) implements ModelIoCommand {
  private static final int INVALID_FIELD =
      StatusCode.INVALID_FIELD_IN_COMMAND.value | NvmeStatus.DO_NOT_RETRY;

  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    ModelZones zones = namespace.zones();
    if (zones == null) {
      return StatusCode.INVALID_COMMAND_OPCODE.value | NvmeStatus.DO_NOT_RETRY;
    }
    long lba = command.cdw10;
    if (ModelBlocks.count(command) << namespace.blockShift() > limit) {
      return INVALID_FIELD;
    }
    if (!namespace.has(lba, 1)) {
      return ModelBlocks.OUT_OF_RANGE;
    }
    int zone = zones.indexOf(lba);
    if (lba != zones.start(zone)) {
      return INVALID_FIELD;
    }
    long blocks = ModelBlocks.count(command);
    command.cdw10 = zones.pointer(zone);
    int status = namespace.has(command.cdw10, blocks) ? 0 : zones.checkWrite(command.cdw10, blocks);
    status = status == 0 ? write.execute(command, namespace) : status;
    command.result = status == 0 ? command.cdw10 : 0;
    return status;
  }
}
