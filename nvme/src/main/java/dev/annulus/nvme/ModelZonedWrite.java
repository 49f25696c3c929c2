// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/**
 * A command that writes blocks. Where the namespace has zones, only at a write pointer, which moves
 * when it has succeeded.
 */
record ModelZonedWrite(ModelIoCommand inner) implements ModelIoCommand {
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    ModelZones zones = namespace.zones();
    long lba = command.cdw10;
    long blocks = ModelBlocks.count(command);
    // What does not exist, the command itself refuses.
    if (zones == null || !namespace.has(lba, blocks)) {
      return inner.execute(command, namespace);
    }
    int status = zones.checkWrite(lba, blocks);
    if (status == 0) {
      status = inner.execute(command, namespace);
    }
    if (status == 0) {
      zones.written(lba, blocks);
    }
    return status;
  }

  @Override
  public int elsewhere(ModelCommand command) throws IOException {
    return inner.elsewhere(command);
  }
}
