// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;

/** Executes the commands of the admin queue. */
final class ModelAdmin {
  /** In place of a status: the command completes later. */
  static final int PENDING = -1;

  private static final int DNR = NvmeStatus.DO_NOT_RETRY;

  /** Abort's result: the command was not aborted. */
  private static final int NOT_ABORTED = 1;

  /** Get Log Page, CDW10: events of the page's type stay masked. */
  private static final int RETAIN_EVENT = 1 << 15;

  private final ModelTransfer transfer;
  private final ModelQueues queues;
  private final ModelFeatures features;
  private final ModelEvents events;
  private final ModelLogs logs;
  private final ModelHeld held;
  private final ModelIdentify identify;

  ModelAdmin(
      ModelConfig config,
      ModelTransfer transfer,
      ModelQueues queues,
      ModelFeatures features,
      ModelEvents events,
      ModelLogs logs,
      ModelHeld held) {
    this.transfer = transfer;
    this.queues = queues;
    this.features = features;
    this.events = events;
    this.logs = logs;
    this.held = held;
    identify = new ModelIdentify(config);
  }

  /** Executes a command; its status, or {@link #PENDING}. */
  int execute(ModelCommand command) {
    if (!command.plain()) {
      return StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;
    }
    return switch (command.opcode) {
      case AdminOpcode.CREATE_CQ -> queues.createCompletion(command);
      case AdminOpcode.CREATE_SQ -> queues.createSubmission(command);
      case AdminOpcode.DELETE_CQ -> queues.deleteCompletion(command);
      case AdminOpcode.DELETE_SQ -> queues.deleteSubmission(command);
      case AdminOpcode.IDENTIFY -> identify(command);
      case AdminOpcode.GET_LOG_PAGE -> logPage(command);
      case AdminOpcode.GET_FEATURES -> features.get(command);
      case AdminOpcode.SET_FEATURES -> features.set(command, queues.anyIo());
      case AdminOpcode.ABORT -> abort(command);
      case AdminOpcode.ASYNC_EVENT -> asyncEvent(command);
      case AdminOpcode.DOORBELL_BUFFER_CONFIG -> queues.configureShadow(command);
      default -> StatusCode.INVALID_COMMAND_OPCODE.value | DNR;
    };
  }

  private int identify(ModelCommand command) {
    int status = identify.write(command, transfer.page());
    return status == 0 ? transfer.send(command, Identify.SIZE) : status;
  }

  private int abort(ModelCommand command) {
    int queue = command.cdw10Low() & 0xFFFF;
    int id = command.cdw10Low() >>> 16;
    boolean aborted = held.end(queue, id, StatusCode.COMMAND_ABORT_REQUESTED.value);
    command.result = aborted ? 0 : NOT_ABORTED;
    return 0;
  }

  private int asyncEvent(ModelCommand command) {
    return events.request(command.id)
        ? PENDING
        : StatusCode.ASYNCHRONOUS_EVENT_REQUEST_LIMIT_EXCEEDED.value | DNR;
  }

  private int logPage(ModelCommand command) {
    int id = command.cdw10Low() & 0xFF;
    int size = logs.size(id);
    if (size < 0) {
      return StatusCode.INVALID_LOG_PAGE.value | DNR;
    }
    long dwords = (command.cdw10Low() >>> 16 | (command.cdw11() & 0xFFFFL) << 16) + 1;
    long offset = command.cdw12;
    if (offset < 0 || (offset & 3) != 0 || offset > size) {
      return StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;
    }
    MemorySegment page = transfer.page();
    logs.write(id, page);
    long bytes = Math.min(dwords * Integer.BYTES, size - offset);
    if (offset > 0) {
      MemorySegment.copy(page, offset, page, 0, bytes);
    }
    if ((command.cdw10Low() & RETAIN_EVENT) == 0) {
      events.read(id);
    }
    return bytes == 0 ? 0 : transfer.send(command, bytes);
  }
}
