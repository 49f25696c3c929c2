// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** Read. */
record ModelRead(ModelBlocks blocks) implements ModelIoCommand {
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    int status = blocks.begin(command, namespace);
    if (status != 0) {
      return status;
    }
    ModelPrp runs = blocks.transfer().gathered();
    Backing backing = namespace.backing();
    long at = namespace.position(command.cdw10);
    for (int run = 0; run < runs.count(); run++) {
      backing.read(at, runs.memory(run), runs.offset(run), runs.length(run));
      at += runs.length(run);
    }
    blocks.logs().read(ModelBlocks.count(command) << namespace.blockShift());
    return 0;
  }
}
