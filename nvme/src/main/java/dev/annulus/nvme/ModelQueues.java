// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** The model's queues, and the commands that create and delete them. */
final class ModelQueues {
  private static final int DNR = NvmeStatus.DO_NOT_RETRY;
  private static final int INVALID_FIELD = StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;
  private static final int INVALID_IDENTIFIER = StatusCode.INVALID_QUEUE_IDENTIFIER.value | DNR;

  private final ModelConfig config;
  private final ModelDma dma;
  private final ModelFeatures features;
  private final ModelHeld held;
  private final ModelSq[] submission;
  private final ModelCq[] completion;

  /** Null until the host has configured them. */
  private ModelShadow shadow;

  private int pageShift;
  private int ioQueues;

  ModelQueues(ModelConfig config, ModelDma dma, ModelFeatures features, ModelHeld held) {
    this.config = config;
    this.dma = dma;
    this.features = features;
    this.held = held;
    submission = new ModelSq[config.ioQueues() + 1];
    completion = new ModelCq[config.ioQueues() + 1];
  }

  /** The submission queue of an identifier from outside, or null. */
  ModelSq submission(int id) {
    return id >= 0 && id < submission.length ? submission[id] : null;
  }

  /** The completion queue of an identifier from outside, or null. */
  ModelCq completion(int id) {
    return id >= 0 && id < completion.length ? completion[id] : null;
  }

  /** One more than the highest identifier. */
  int limit() {
    return submission.length;
  }

  boolean anyIo() {
    return ioQueues > 0;
  }

  /** Sets up the admin queues; false where their memory is not as it must be. */
  boolean start(int aqa, long asq, long acq, int shift) {
    int sqEntries = (aqa & 0xFFF) + 1;
    int cqEntries = (aqa >>> 16 & 0xFFF) + 1;
    long page = 1L << shift;
    if (sqEntries < 2 || cqEntries < 2 || ((asq | acq) & (page - 1)) != 0) {
      return false;
    }
    pageShift = shift;
    ModelCq cq = new ModelCq(0, cqEntries, acq, 0, config.faults());
    ModelSq sq = new ModelSq(0, sqEntries, asq, cq);
    if (!cq.resolve(dma.table()) || !sq.resolve(dma.table())) {
      return false;
    }
    completion[0] = cq;
    submission[0] = sq;
    return true;
  }

  void reset() {
    for (int id = 0; id < submission.length; id++) {
      submission[id] = null;
      completion[id] = null;
    }
    ioQueues = 0;
    shadow = null;
  }

  /** Doorbell Buffer Config, for the I/O queues that are made from then on. */
  int configureShadow(ModelCommand command) {
    if (!config.shadowDoorbells()) {
      return StatusCode.INVALID_COMMAND_OPCODE.value | DNR;
    }
    if (anyIo()) {
      return StatusCode.COMMAND_SEQUENCE_ERROR.value | DNR;
    }
    if (((command.prp1 | command.prp2) & ((1L << pageShift) - 1)) != 0) {
      return INVALID_FIELD;
    }
    ModelShadow made =
        new ModelShadow(
            command.prp1, command.prp2, limit(), 4 << config.doorbellStride(), config.faults());
    if (!made.resolve(dma.table())) {
      return StatusCode.DATA_TRANSFER_ERROR.value | DNR;
    }
    shadow = made;
    return 0;
  }

  int createCompletion(ModelCommand command) {
    int id = command.cdw10Low() & 0xFFFF;
    int flags = command.cdw11();
    int vector = flags >>> 16;
    boolean interrupts = (flags & AdminOpcode.QUEUE_INTERRUPTS) != 0;
    int status = check(command, id, completion);
    if (status != 0) {
      return status;
    }
    if (interrupts && vector >= config.vectors()) {
      return StatusCode.INVALID_INTERRUPT_VECTOR.value | DNR;
    }
    ModelCq cq =
        new ModelCq(id, entries(command), command.prp1, interrupts ? vector : -1, config.faults());
    if (!cq.resolve(dma.table())) {
      return StatusCode.DATA_TRANSFER_ERROR.value | DNR;
    }
    if (shadow != null) {
      cq.shadow(shadow, true);
    }
    completion[id] = cq;
    ioQueues++;
    return 0;
  }

  int createSubmission(ModelCommand command) {
    int id = command.cdw10Low() & 0xFFFF;
    int cqId = command.cdw11() >>> 16;
    if (cqId == 0 || cqId > features.granted()) {
      return INVALID_IDENTIFIER;
    }
    if (completion(cqId) == null) {
      return StatusCode.COMPLETION_QUEUE_INVALID.value | DNR;
    }
    int status = check(command, id, submission);
    if (status != 0) {
      return status;
    }
    ModelSq sq = new ModelSq(id, entries(command), command.prp1, completion[cqId]);
    if (!sq.resolve(dma.table())) {
      return StatusCode.DATA_TRANSFER_ERROR.value | DNR;
    }
    if (shadow != null) {
      sq.shadow(shadow, false);
    }
    submission[id] = sq;
    completion[cqId].users++;
    ioQueues++;
    return 0;
  }

  private static int entries(ModelCommand command) {
    return (command.cdw10Low() >>> 16) + 1;
  }

  private int check(ModelCommand command, int id, Object[] queues) {
    int entries = entries(command);
    if (id == 0 || id > features.granted() || id >= queues.length || queues[id] != null) {
      return INVALID_IDENTIFIER;
    }
    if (entries < 2 || entries > config.queueEntries()) {
      return StatusCode.INVALID_QUEUE_SIZE.value | DNR;
    }
    if ((command.cdw11() & AdminOpcode.QUEUE_CONTIGUOUS) == 0) {
      return INVALID_FIELD;
    }
    boolean aligned = (command.prp1 & ((1L << pageShift) - 1)) == 0;
    return aligned ? 0 : StatusCode.PRP_OFFSET_INVALID.value | DNR;
  }

  /** Deletes a queue; its commands that have begun are ended, those not yet fetched are lost. */
  int deleteSubmission(ModelCommand command) {
    int id = command.cdw10Low() & 0xFFFF;
    ModelSq sq = id == 0 ? null : submission(id);
    if (sq == null) {
      return INVALID_IDENTIFIER;
    }
    held.endAll(sq, StatusCode.COMMAND_ABORTED_DUE_TO_SQ_DELETION.value);
    submission[id] = null;
    sq.cq.users--;
    ioQueues--;
    return 0;
  }

  int deleteCompletion(ModelCommand command) {
    int id = command.cdw10Low() & 0xFFFF;
    ModelCq cq = id == 0 ? null : completion(id);
    if (cq == null) {
      return INVALID_IDENTIFIER;
    }
    if (cq.users > 0) {
      return StatusCode.INVALID_QUEUE_DELETION.value | DNR;
    }
    completion[id] = null;
    ioQueues--;
    return 0;
  }
}
