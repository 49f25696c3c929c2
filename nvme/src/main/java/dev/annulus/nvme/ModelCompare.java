// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Compare. */
record ModelCompare(ModelBlocks blocks) implements ModelIoCommand {
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    int status = blocks.begin(command, namespace);
    if (status != 0) {
      return status;
    }
    ModelPrp runs = blocks.transfer().gathered();
    MemorySegment page = blocks.transfer().page();
    long at = namespace.position(command.cdw10);
    for (int run = 0; run < runs.count(); run++) {
      long offset = runs.offset(run);
      long end = offset + runs.length(run);
      for (; offset < end; offset += page.byteSize()) {
        long part = Math.min(end - offset, page.byteSize());
        namespace.backing().read(at, page, 0, part);
        if (MemorySegment.mismatch(page, 0, part, runs.memory(run), offset, offset + part) >= 0) {
          return StatusCode.COMPARE_FAILURE.value;
        }
        at += part;
      }
    }
    return 0;
  }
}
