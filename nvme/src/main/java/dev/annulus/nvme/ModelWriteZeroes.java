// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** Write Zeroes, with or without leave to deallocate: blocks read as zeroes either way. */
record ModelWriteZeroes(ModelBlocks blocks, ModelFormatted formatted) implements ModelIoCommand {
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    int status = ModelBlocks.writable(command, namespace);
    if (status == 0 && !namespace.dataOnly()) {
      status = formatted.zero(command, namespace);
    } else if (status == 0) {
      long length = ModelBlocks.count(command) << namespace.blockShift();
      namespace.backing().zero(namespace.position(command.cdw10), length);
    }
    if (status == 0) {
      blocks.wasChanged(command, namespace);
    }
    return status;
  }
}
