// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** The model's features: current and default values. Nothing is saved over a reset. */
final class ModelFeatures {
  private static final int COUNT = 0x0C;

  /** Get Features, CDW10 bits 10:8: which value. */
  private static final int SELECT_CURRENT = 0;

  private static final int SELECT_DEFAULT = 1;
  private static final int SELECT_SAVED = 2;
  private static final int SELECT_CAPABILITIES = 3;

  /** Supported capabilities: the feature can be changed. */
  private static final int CHANGEABLE = 1 << 2;

  private static final int INVALID_FIELD =
      StatusCode.INVALID_FIELD_IN_COMMAND.value | NvmeStatus.DO_NOT_RETRY;
  private static final int NO_LIMIT = 0xFFFF;

  private final int ioQueues;
  private final int[] values = new int[COUNT];
  private int granted;

  ModelFeatures(int ioQueues) {
    this.ioQueues = ioQueues;
    reset();
  }

  void reset() {
    for (int feature = 0; feature < COUNT; feature++) {
      values[feature] = initial(feature);
    }
    granted = ioQueues;
  }

  private int initial(int feature) {
    return switch (feature) {
      case Feature.ARBITRATION -> 7; // no limit of a burst
      case Feature.TEMPERATURE_THRESHOLD -> 343;
      case Feature.VOLATILE_WRITE_CACHE -> 1;
      case Feature.NUMBER_OF_QUEUES -> ioQueues - 1 << 16 | ioQueues - 1;
      default -> 0;
    };
  }

  private static boolean known(int feature) {
    return feature >= Feature.ARBITRATION && feature < COUNT && feature != 0x03;
  }

  /** The most I/O queues of either kind that the host agreed to. */
  int granted() {
    return granted;
  }

  boolean writeCache() {
    return (values[Feature.VOLATILE_WRITE_CACHE] & 1) != 0;
  }

  /** The value of Interrupt Coalescing. */
  int coalescing() {
    return values[Feature.INTERRUPT_COALESCING];
  }

  int get(ModelCommand command) {
    int feature = command.cdw10Low() & 0xFF;
    if (!known(feature)) {
      return INVALID_FIELD;
    }
    switch (command.cdw10Low() >>> 8 & 7) {
      case SELECT_CURRENT -> command.result = Integer.toUnsignedLong(values[feature]);
      case SELECT_DEFAULT, SELECT_SAVED ->
          command.result = Integer.toUnsignedLong(initial(feature));
      case SELECT_CAPABILITIES -> command.result = CHANGEABLE;
      default -> {
        return INVALID_FIELD;
      }
    }
    return 0;
  }

  int set(ModelCommand command, boolean queuesExist) {
    int feature = command.cdw10Low() & 0xFF;
    if (!known(feature)) {
      return INVALID_FIELD;
    }
    if ((command.cdw10Low() & Feature.SAVE) != 0) {
      return StatusCode.FEATURE_IDENTIFIER_NOT_SAVEABLE.value | NvmeStatus.DO_NOT_RETRY;
    }
    if (feature == Feature.NUMBER_OF_QUEUES) {
      return numberOfQueues(command, queuesExist);
    }
    values[feature] = command.cdw11();
    return 0;
  }

  private int numberOfQueues(ModelCommand command, boolean queuesExist) {
    if (queuesExist) {
      return StatusCode.COMMAND_SEQUENCE_ERROR.value | NvmeStatus.DO_NOT_RETRY;
    }
    int submission = command.cdw11() & 0xFFFF;
    int completion = command.cdw11() >>> 16;
    if (submission == NO_LIMIT || completion == NO_LIMIT) {
      return INVALID_FIELD;
    }
    submission = Math.min(submission + 1, ioQueues);
    completion = Math.min(completion + 1, ioQueues);
    granted = Math.max(submission, completion);
    values[Feature.NUMBER_OF_QUEUES] = completion - 1 << 16 | submission - 1;
    command.result = Integer.toUnsignedLong(values[Feature.NUMBER_OF_QUEUES]);
    return 0;
  }
}
