// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Verify: reads all blocks, for no other purpose. */
record ModelVerify(ModelBlocks blocks, ModelFormatted formatted) implements ModelIoCommand {
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    long count = ModelBlocks.count(command);
    if (!namespace.has(command.cdw10, count)) {
      return ModelBlocks.OUT_OF_RANGE;
    }
    if (!namespace.dataOnly()) {
      return formatted.verify(command, namespace);
    }
    int status = ModelBlocks.readable(command, namespace);
    if (status != 0) {
      return status;
    }
    ModelBlocks.flushUnit(command, namespace);
    MemorySegment page = blocks.transfer().page();
    long at = namespace.position(command.cdw10);
    long end = at + (count << namespace.blockShift());
    for (; at < end; at += page.byteSize()) {
      namespace.backing().read(at, page, 0, Math.min(end - at, page.byteSize()));
    }
    return 0;
  }
}
