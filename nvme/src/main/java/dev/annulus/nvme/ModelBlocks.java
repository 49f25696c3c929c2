// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** What the model's commands on a range of blocks have in common. */
final class ModelBlocks {
  static final int OUT_OF_RANGE = StatusCode.LBA_OUT_OF_RANGE.value | NvmeStatus.DO_NOT_RETRY;
  static final int WRITE_PROTECTED =
      StatusCode.NAMESPACE_IS_WRITE_PROTECTED.value | NvmeStatus.DO_NOT_RETRY;
  static final int UNREADABLE = StatusCode.UNRECOVERED_READ_ERROR.value;
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
    return begin(command, namespace, 1L << namespace.blockShift());
  }

  /** The same for blocks that take so many bytes of the data. */
  int begin(ModelCommand command, ModelNamespace namespace, long blockBytes) {
    long blocks = count(command);
    long bytes = blocks * blockBytes;
    if (bytes > maxTransfer) {
      return INVALID_FIELD;
    }
    return namespace.has(command.cdw10, blocks) ? transfer.gather(command, bytes) : OUT_OF_RANGE;
  }

  /** The same for blocks that are to be read: none of them may be unreadable. */
  int beginReading(ModelCommand command, ModelNamespace namespace) {
    int status = begin(command, namespace);
    return status == 0 ? readable(command, namespace) : status;
  }

  /** Whether the blocks of a command can be read; 0 or the status to fail with. */
  static int readable(ModelCommand command, ModelNamespace namespace) {
    return namespace.unreadable().any(command.cdw10, count(command)) ? UNREADABLE : 0;
  }

  /** Whether the blocks of a command can be written, 0 or the status to fail with. */
  static int writable(ModelCommand command, ModelNamespace namespace) {
    if (namespace.backing().readOnly()) {
      return WRITE_PROTECTED;
    }
    return namespace.has(command.cdw10, count(command)) ? 0 : OUT_OF_RANGE;
  }

  ModelTransfer transfer() {
    return transfer;
  }

  /** Notes what was read, for the log. */
  void wasRead(ModelCommand command, ModelNamespace namespace) {
    logs.read(count(command) << namespace.blockShift());
  }

  /** What was written is readable, noted for the log, and durable if it has to be. */
  void wasWritten(ModelCommand command, ModelNamespace namespace) throws IOException {
    logs.written(count(command) << namespace.blockShift());
    wasChanged(command, namespace);
  }

  /** As written, but for the log, which counts what the host sends. */
  void wasChanged(ModelCommand command, ModelNamespace namespace) throws IOException {
    namespace.unreadable().remove(command.cdw10, count(command));
    flushThrough(command, namespace);
  }

  /** Force Unit Access, and a cache that the host switched off, make each write durable. */
  void flushThrough(ModelCommand command, ModelNamespace namespace) throws IOException {
    if (throughCache(command)) {
      flush(command, namespace);
    }
  }

  /** Whether what a command writes must be durable when it completes. */
  boolean throughCache(ModelCommand command) {
    return (command.cdw12Low() & NvmOpcode.FUA) != 0 || !features.writeCache();
  }

  /** Force Unit Access: what is there is durable, of a read too. */
  static void flushUnit(ModelCommand command, ModelNamespace namespace) throws IOException {
    if ((command.cdw12Low() & NvmOpcode.FUA) != 0) {
      flush(command, namespace);
    }
  }

  private static void flush(ModelCommand command, ModelNamespace namespace) throws IOException {
    if (namespace.dataOnly()) {
      long bytes = count(command) << namespace.blockShift();
      namespace.backing().flush(namespace.position(command.cdw10), bytes);
    } else {
      namespace.backing().flush();
    }
  }
}
