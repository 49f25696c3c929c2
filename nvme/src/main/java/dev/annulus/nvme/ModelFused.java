// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Executes fused pairs: Compare and Write, neighbours in the queue that one doorbell write told of.
 * Nothing of another command's comes between, since the model executes under a lock.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 3.4.2.
 */
final class ModelFused {
  /** The most blocks of a pair. */
  static final int BLOCKS = 128;

  private static final int DNR = NvmeStatus.DO_NOT_RETRY;
  private static final int INVALID_FIELD = StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;
  private static final int TOO_MUCH = StatusCode.ATOMIC_WRITE_UNIT_EXCEEDED.value | DNR;
  private static final int OTHER_FAILED =
      StatusCode.COMMAND_ABORTED_DUE_TO_FAILED_FUSED_COMMAND.value;

  private final ModelIo io;
  private final Faults faults;
  final ModelCommand second = new ModelCommand();

  /** What became of the two. */
  int firstStatus;

  int secondStatus;

  ModelFused(ModelIo io, Faults faults) {
    this.io = io;
    this.faults = faults;
  }

  /** The status of a command that says it is one of a pair where there is none. */
  static int alone(ModelCommand command) {
    boolean reserved = command.fuse() == Sqe.FUSE_MASK;
    return reserved ? INVALID_FIELD : StatusCode.COMMAND_ABORTED_DUE_TO_MISSING_FUSED_COMMAND.value;
  }

  /** Executes a command and {@link #second}. */
  void execute(ModelCommand first) {
    int status = check(first);
    if (status != 0) {
      firstStatus = status;
      secondStatus = status;
      return;
    }
    firstStatus = execute(first, faults.fail(first));
    secondStatus = faults.fail(second);
    if (secondStatus == 0 && firstStatus != 0) {
      secondStatus = OTHER_FAILED;
    } else {
      secondStatus = execute(second, secondStatus);
    }
  }

  private int execute(ModelCommand command, int fault) {
    return fault == 0 ? io.execute(command) : fault;
  }

  private int check(ModelCommand first) {
    boolean pair = first.opcode == NvmOpcode.COMPARE && second.opcode == NvmOpcode.WRITE;
    boolean same =
        first.nsid == second.nsid
            && first.cdw10 == second.cdw10
            && ModelBlocks.count(first) == ModelBlocks.count(second);
    if (!pair || !same) {
      return INVALID_FIELD;
    }
    return ModelBlocks.count(first) > BLOCKS ? TOO_MUCH : 0;
  }
}
