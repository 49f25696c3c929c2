// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** A command that reads blocks, where the namespace has zones only if their rules allow it. */
record ModelZonedRead(ModelIoCommand inner) implements ModelIoCommand {
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    ModelZones zones = namespace.zones();
    long blocks = ModelBlocks.count(command);
    // What does not exist, the command itself refuses.
    boolean asked = zones != null && namespace.has(command.cdw10, blocks);
    int status = asked ? zones.checkRead(command.cdw10, blocks) : 0;
    return status == 0 ? inner.execute(command, namespace) : status;
  }

  @Override
  public int elsewhere(ModelCommand command) throws IOException {
    return inner.elsewhere(command);
  }
}
