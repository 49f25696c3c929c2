// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** Write. */
record ModelWrite(ModelBlocks blocks, ModelFormatted formatted) implements ModelIoCommand {
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    Backing backing = namespace.backing();
    if (backing.readOnly()) {
      return ModelBlocks.WRITE_PROTECTED;
    }
    if (!namespace.dataOnly()) {
      return formatted.write(command, namespace);
    }
    int status = blocks.begin(command, namespace);
    if (status != 0) {
      return status;
    }
    long at = namespace.position(command.cdw10);
    ModelPrp runs = blocks.transfer().gathered();
    for (int run = 0; run < runs.count(); run++) {
      backing.write(at, runs.memory(run), runs.offset(run), runs.length(run));
      at += runs.length(run);
    }
    blocks.wasWritten(command, namespace);
    return 0;
  }
}
