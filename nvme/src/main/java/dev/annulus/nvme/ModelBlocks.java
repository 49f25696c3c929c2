// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** What the model's commands on a range of blocks have in common. */
final class ModelBlocks {
  static final int OUT_OF_RANGE = StatusCode.LBA_OUT_OF_RANGE.value | NvmeStatus.DO_NOT_RETRY;
  static final int WRITE_PROTECTED =
      StatusCode.NAMESPACE_IS_WRITE_PROTECTED.value | NvmeStatus.DO_NOT_RETRY;
  private static final int INVALID_FIELD =
      StatusCode.INVALID_FIELD_IN_COMMAND.value | NvmeStatus.DO_NOT_RETRY;

  private final ModelTransfer transfer;
  private final ModelFeatures features;
  private final ModelLogs logs;
  private final long maxTransfer;

  ModelBlocks(ModelConfig config, ModelTransfer transfer, ModelFeatures features, ModelLogs logs) {
    this.transfer = transfer;
    this.features = features;
    this.logs = logs;
    maxTransfer = config.maxTransfer();
  }

  /** How many blocks a command is about. */
  static long count(ModelCommand command) {
    return (command.cdw12 & NvmOpcode.BLOCKS_MASK) + 1;
  }

  /** Checks a transfer's size and range, and finds its memory; 0 or the status to fail with. */
  int begin(ModelCommand command, ModelNamespace namespace) {
    long blocks = count(command);
    long bytes = blocks << namespace.blockShift();
    if (bytes > maxTransfer) {
      return INVALID_FIELD;
    }
    return namespace.has(command.cdw10, blocks) ? transfer.gather(command, bytes) : OUT_OF_RANGE;
  }

  ModelTransfer transfer() {
    return transfer;
  }

  ModelLogs logs() {
    return logs;
  }

  /** Force Unit Access, and a cache that the host switched off, make each write durable. */
  void flushThrough(ModelCommand command, ModelNamespace namespace) throws IOException {
    if ((command.cdw12Low() & NvmOpcode.FUA) != 0 || !features.writeCache()) {
      long bytes = count(command) << namespace.blockShift();
      namespace.backing().flush(namespace.position(command.cdw10), bytes);
    }
  }
}
