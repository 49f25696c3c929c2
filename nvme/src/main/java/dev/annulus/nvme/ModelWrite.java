// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** Write. */
record ModelWrite(ModelBlocks blocks) implements ModelIoCommand {
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    Backing backing = namespace.backing();
    int status =
        backing.readOnly() ? ModelBlocks.WRITE_PROTECTED : blocks.begin(command, namespace);
    if (status != 0) {
      return status;
    }
    long at = namespace.position(command.cdw10);
    ModelPrp runs = blocks.transfer().gathered();
    for (int run = 0; run < runs.count(); run++) {
      backing.write(at, runs.memory(run), runs.offset(run), runs.length(run));
      at += runs.length(run);
    }
    blocks.logs().written(ModelBlocks.count(command) << namespace.blockShift());
    blocks.flushThrough(command, namespace);
    return 0;
  }
}
