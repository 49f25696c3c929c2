// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** Write Zeroes. */
record ModelWriteZeroes(ModelBlocks blocks) implements ModelIoCommand {
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    long count = ModelBlocks.count(command);
    if (namespace.backing().readOnly()) {
      return ModelBlocks.WRITE_PROTECTED;
    }
    if (!namespace.has(command.cdw10, count)) {
      return ModelBlocks.OUT_OF_RANGE;
    }
    namespace.backing().zero(namespace.position(command.cdw10), count << namespace.blockShift());
    blocks.flushThrough(command, namespace);
    return 0;
  }
}
