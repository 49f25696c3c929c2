// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Dataset Management: deallocates; other hints the model has no use for. */
record ModelDatasetManagement(ModelTransfer transfer) implements ModelIoCommand {
  /** All ranges are checked before the first is deallocated. */
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    int ranges = (command.cdw10Low() & 0xFF) + 1;
    int status = transfer.receive(command, (long) ranges * NvmOpcode.DSM_RANGE_SIZE);
    if (status != 0) {
      return status;
    }
    MemorySegment page = transfer.page();
    for (int i = 0; i < ranges; i++) {
      if (!namespace.has(lba(page, i), blocks(page, i))) {
        return ModelBlocks.OUT_OF_RANGE;
      }
    }
    if ((command.cdw11() & NvmOpcode.DSM_DEALLOCATE) == 0) {
      return 0; // a hint that the model has no use for
    }
    if (namespace.backing().readOnly()) {
      return ModelBlocks.WRITE_PROTECTED;
    }
    for (int i = 0; i < ranges; i++) {
      long length = blocks(page, i) << namespace.blockShift();
      namespace.backing().zero(namespace.position(lba(page, i)), length);
    }
    return 0;
  }

  private static long lba(MemorySegment page, int range) {
    long at = (long) range * NvmOpcode.DSM_RANGE_SIZE;
    return page.get(JAVA_LONG, at + NvmOpcode.DSM_RANGE_LBA);
  }

  private static long blocks(MemorySegment page, int range) {
    long at = (long) range * NvmOpcode.DSM_RANGE_SIZE;
    return page.get(JAVA_INT, at + NvmOpcode.DSM_RANGE_BLOCKS) & 0xFFFF_FFFFL;
  }
}
