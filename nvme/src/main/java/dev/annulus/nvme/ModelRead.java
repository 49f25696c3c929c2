// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** Read. */
record ModelRead(ModelBlocks blocks, ModelFormatted formatted) implements ModelIoCommand {
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    if (!namespace.dataOnly()) {
      return formatted.read(command, namespace);
    }
    int status = blocks.beginReading(command, namespace);
    if (status != 0) {
      return status;
    }
    ModelBlocks.flushUnit(command, namespace);
    ModelPrp runs = blocks.transfer().gathered();
    Backing backing = namespace.backing();
    long at = namespace.position(command.cdw10);
    for (int run = 0; run < runs.count(); run++) {
      backing.read(at, runs.memory(run), runs.offset(run), runs.length(run));
      at += runs.length(run);
    }
    blocks.wasRead(command, namespace);
    return 0;
  }
}
