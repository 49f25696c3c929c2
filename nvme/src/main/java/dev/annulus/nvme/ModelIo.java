// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Executes the commands of I/O queues: each by an object of its own, found by the opcode. */
final class ModelIo {
  private static final int DNR = NvmeStatus.DO_NOT_RETRY;
  private static final int INVALID_FIELD = StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;
  private static final int INVALID_OPCODE = StatusCode.INVALID_COMMAND_OPCODE.value | DNR;

  private final ModelConfig config;
  private final ModelTransfer transfer;
  private final ModelFlush flush;

  /** By opcode; null where the model has no such command. */
  private final ModelIoCommand[] commands = new ModelIoCommand[256];

  ModelIo(ModelConfig config, ModelTransfer transfer, ModelFeatures features, ModelLogs logs) {
    this.config = config;
    this.transfer = transfer;
    flush = new ModelFlush(config);
    ModelBlocks blocks = new ModelBlocks(config, transfer, features, logs);
    ModelFormatted formatted = new ModelFormatted(blocks);
    commands[NvmOpcode.FLUSH] = flush;
    ModelZonedWrite write = new ModelZonedWrite(new ModelWrite(blocks, formatted));
    commands[NvmOpcode.WRITE] = write;
    commands[NvmOpcode.READ] = new ModelZonedRead(new ModelRead(blocks, formatted));
    commands[NvmOpcode.WRITE_UNCORRECTABLE] = new ModelZonedWrite(new ModelWriteUncorrectable());
    commands[NvmOpcode.COMPARE] = new ModelZonedRead(new ModelCompare(blocks, formatted));
    commands[NvmOpcode.WRITE_ZEROES] = new ModelZonedWrite(new ModelWriteZeroes(blocks, formatted));
    commands[NvmOpcode.DATASET_MANAGEMENT] = new ModelDatasetManagement(transfer);
    commands[NvmOpcode.VERIFY] = new ModelZonedRead(new ModelVerify(blocks, formatted));
    commands[NvmOpcode.COPY] = new ModelCopy(blocks);
    if (config.zoned()) {
      commands[ZoneOpcode.MANAGEMENT_SEND] = new ModelZoneSend();
      commands[ZoneOpcode.MANAGEMENT_RECEIVE] =
          new ModelZoneReceive(transfer, config.maxTransfer());
      commands[ZoneOpcode.APPEND] = new ModelZoneAppend(write, config.maxAppend());
    }
  }

  /** Executes a command; its status. */
  int execute(ModelCommand command) {
    if (!command.plain(config.sgls())) {
      return INVALID_FIELD;
    }
    ModelIoCommand what = commands[command.opcode];
    if (what == null) {
      return INVALID_OPCODE;
    }
    ModelNamespace namespace = config.namespace(command.nsid);
    try {
      return namespace == null ? what.elsewhere(command) : what.execute(command, namespace);
    } catch (IOException e) {
      return failed(command, e);
    } catch (InternalError e) {
      // A page of a mapped file that was cut short: the file is not ours.
      return StatusCode.DATA_TRANSFER_ERROR.value;
    } catch (RuntimeException e) {
      return transferFailed();
    }
  }

  /** Makes all that was written durable, and closes the zones that are open. */
  void shutDown() throws IOException {
    for (ModelNamespace each : config.namespaces()) {
      if (each.zones() != null) {
        each.zones().shutDown();
      }
    }
    flush.all();
  }

  private static int failed(ModelCommand command, IOException e) {
    if (e instanceof ErrnoException errno && errno.errno() == Errno.ENOSPC) {
      return StatusCode.CAPACITY_EXCEEDED.value | DNR;
    }
    boolean reading =
        command.opcode == NvmOpcode.READ
            || command.opcode == NvmOpcode.COMPARE
            || command.opcode == NvmOpcode.VERIFY;
    return reading ? StatusCode.UNRECOVERED_READ_ERROR.value : StatusCode.WRITE_FAULT.value;
  }

  /**
   * Memory that was mapped but closed, read-only or another thread's; else a fault of the backing.
   */
  private int transferFailed() {
    return anyLost(transfer.gathered()) || anyLost(transfer.gatheredMetadata())
        ? StatusCode.DATA_TRANSFER_ERROR.value
        : StatusCode.INTERNAL_ERROR.value;
  }

  private static boolean anyLost(ModelPrp runs) {
    for (int run = 0; run < runs.count(); run++) {
      MemorySegment memory = runs.memory(run);
      if (memory.isReadOnly()
          || !memory.scope().isAlive()
          || !memory.isAccessibleBy(Thread.currentThread())) {
        return true;
      }
    }
    return false;
  }
}
