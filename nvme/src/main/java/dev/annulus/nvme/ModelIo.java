// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Executes the commands of I/O queues. */
final class ModelIo {
  private static final int DNR = NvmeStatus.DO_NOT_RETRY;
  private static final int INVALID_FIELD = StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;
  private static final int OUT_OF_RANGE = StatusCode.LBA_OUT_OF_RANGE.value | DNR;
  private static final int WRITE_PROTECTED = StatusCode.NAMESPACE_IS_WRITE_PROTECTED.value | DNR;
  private static final int ALL_NAMESPACES = -1;

  private final ModelConfig config;
  private final ModelTransfer transfer;
  private final ModelFeatures features;
  private final ModelLogs logs;
  private final long maxTransfer;

  ModelIo(ModelConfig config, ModelTransfer transfer, ModelFeatures features, ModelLogs logs) {
    this.config = config;
    this.transfer = transfer;
    this.features = features;
    this.logs = logs;
    maxTransfer = config.maxTransfer();
  }

  /** Executes a command; its status. */
  int execute(ModelCommand command) {
    if (!command.plain(config.sgls())) {
      return INVALID_FIELD;
    }
    ModelNamespace namespace = config.namespace(command.nsid);
    try {
      return namespace == null ? elsewhere(command) : execute(command, namespace);
    } catch (IOException e) {
      return failed(command, e);
    } catch (InternalError e) {
      // A page of a mapped file that was cut short: the file is not ours.
      return StatusCode.DATA_TRANSFER_ERROR.value;
    } catch (RuntimeException e) {
      return transferFailed();
    }
  }

  /** No namespace of ours: only Flush may name all of them. */
  private int elsewhere(ModelCommand command) throws IOException {
    if (!known(command.opcode)) {
      return StatusCode.INVALID_COMMAND_OPCODE.value | DNR;
    }
    if (command.opcode != NvmOpcode.FLUSH || command.nsid != ALL_NAMESPACES) {
      return StatusCode.INVALID_NAMESPACE_OR_FORMAT.value | DNR;
    }
    flushAll();
    return 0;
  }

  /** Makes all that was written durable. */
  void flushAll() throws IOException {
    for (ModelNamespace each : config.namespaces()) {
      each.backing().flush();
    }
  }

  static boolean known(int opcode) {
    return switch (opcode) {
      case NvmOpcode.FLUSH,
          NvmOpcode.READ,
          NvmOpcode.WRITE,
          NvmOpcode.COMPARE,
          NvmOpcode.WRITE_ZEROES,
          NvmOpcode.DATASET_MANAGEMENT ->
          true;
      default -> false;
    };
  }

  private int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    return switch (command.opcode) {
      case NvmOpcode.READ -> read(command, namespace);
      case NvmOpcode.WRITE -> write(command, namespace);
      case NvmOpcode.COMPARE -> compare(command, namespace);
      case NvmOpcode.WRITE_ZEROES -> writeZeroes(command, namespace);
      case NvmOpcode.DATASET_MANAGEMENT -> datasetManagement(command, namespace);
      case NvmOpcode.FLUSH -> {
        namespace.backing().flush();
        yield 0;
      }
      default -> StatusCode.INVALID_COMMAND_OPCODE.value | DNR;
    };
  }

  private static long blocks(ModelCommand command) {
    return (command.cdw12 & NvmOpcode.BLOCKS_MASK) + 1;
  }

  /** Checks a transfer's size and range, and finds its memory. */
  private int begin(ModelCommand command, ModelNamespace namespace) {
    long blocks = blocks(command);
    long bytes = blocks << namespace.blockShift();
    if (bytes > maxTransfer) {
      return INVALID_FIELD;
    }
    return namespace.has(command.cdw10, blocks) ? transfer.gather(command, bytes) : OUT_OF_RANGE;
  }

  private int read(ModelCommand command, ModelNamespace namespace) throws IOException {
    int status = begin(command, namespace);
    if (status != 0) {
      return status;
    }
    ModelPrp runs = transfer.gathered();
    Backing backing = namespace.backing();
    long at = namespace.position(command.cdw10);
    for (int run = 0; run < runs.count(); run++) {
      backing.read(at, runs.memory(run), runs.offset(run), runs.length(run));
      at += runs.length(run);
    }
    logs.read(blocks(command) << namespace.blockShift());
    return 0;
  }

  private int write(ModelCommand command, ModelNamespace namespace) throws IOException {
    Backing backing = namespace.backing();
    int status = backing.readOnly() ? WRITE_PROTECTED : begin(command, namespace);
    if (status != 0) {
      return status;
    }
    long at = namespace.position(command.cdw10);
    ModelPrp runs = transfer.gathered();
    for (int run = 0; run < runs.count(); run++) {
      backing.write(at, runs.memory(run), runs.offset(run), runs.length(run));
      at += runs.length(run);
    }
    logs.written(blocks(command) << namespace.blockShift());
    flushThrough(command, namespace);
    return 0;
  }

  /** Force Unit Access, and a cache that the host switched off, make each write durable. */
  private void flushThrough(ModelCommand command, ModelNamespace namespace) throws IOException {
    if ((command.cdw12Low() & NvmOpcode.FUA) != 0 || !features.writeCache()) {
      namespace.backing().flush();
    }
  }

  private int compare(ModelCommand command, ModelNamespace namespace) throws IOException {
    int status = begin(command, namespace);
    if (status != 0) {
      return status;
    }
    ModelPrp runs = transfer.gathered();
    MemorySegment page = transfer.page();
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

  private int writeZeroes(ModelCommand command, ModelNamespace namespace) throws IOException {
    long blocks = blocks(command);
    if (namespace.backing().readOnly()) {
      return WRITE_PROTECTED;
    }
    if (!namespace.has(command.cdw10, blocks)) {
      return OUT_OF_RANGE;
    }
    namespace.backing().zero(namespace.position(command.cdw10), blocks << namespace.blockShift());
    flushThrough(command, namespace);
    return 0;
  }

  /** All ranges are checked before the first is deallocated. */
  private int datasetManagement(ModelCommand command, ModelNamespace namespace) throws IOException {
    int ranges = (command.cdw10Low() & 0xFF) + 1;
    int status = transfer.receive(command, (long) ranges * NvmOpcode.DSM_RANGE_SIZE);
    if (status != 0) {
      return status;
    }
    MemorySegment page = transfer.page();
    for (int i = 0; i < ranges; i++) {
      if (!namespace.has(rangeLba(page, i), rangeBlocks(page, i))) {
        return OUT_OF_RANGE;
      }
    }
    if ((command.cdw11() & NvmOpcode.DSM_DEALLOCATE) == 0) {
      return 0; // a hint that the model has no use for
    }
    if (namespace.backing().readOnly()) {
      return WRITE_PROTECTED;
    }
    for (int i = 0; i < ranges; i++) {
      long length = rangeBlocks(page, i) << namespace.blockShift();
      namespace.backing().zero(namespace.position(rangeLba(page, i)), length);
    }
    return 0;
  }

  private static long rangeLba(MemorySegment page, int range) {
    long at = (long) range * NvmOpcode.DSM_RANGE_SIZE;
    return page.get(JAVA_LONG, at + NvmOpcode.DSM_RANGE_LBA);
  }

  private static long rangeBlocks(MemorySegment page, int range) {
    long at = (long) range * NvmOpcode.DSM_RANGE_SIZE;
    return page.get(JAVA_INT, at + NvmOpcode.DSM_RANGE_BLOCKS) & 0xFFFF_FFFFL;
  }

  private static int failed(ModelCommand command, IOException e) {
    if (e instanceof ErrnoException errno && errno.errno() == Errno.ENOSPC) {
      return StatusCode.CAPACITY_EXCEEDED.value | DNR;
    }
    boolean reading = command.opcode == NvmOpcode.READ || command.opcode == NvmOpcode.COMPARE;
    return reading ? StatusCode.UNRECOVERED_READ_ERROR.value : StatusCode.WRITE_FAULT.value;
  }

  /**
   * Memory that was mapped but closed, read-only or another thread's; else a fault of the backing.
   */
  private int transferFailed() {
    ModelPrp runs = transfer.gathered();
    for (int run = 0; run < runs.count(); run++) {
      MemorySegment memory = runs.memory(run);
      if (memory.isReadOnly()
          || !memory.scope().isAlive()
          || !memory.isAccessibleBy(Thread.currentThread())) {
        return StatusCode.DATA_TRANSFER_ERROR.value;
      }
    }
    return StatusCode.INTERNAL_ERROR.value;
  }
}
