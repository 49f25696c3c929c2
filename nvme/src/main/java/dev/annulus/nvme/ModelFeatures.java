// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.HashMap;
import java.util.Map;

/**
 * The model's features that are a number: current, default and saved values. A reset brings the
 * saved ones back.
 */
final class ModelFeatures {
  private static final int LAST = Feature.ASYNC_EVENTS;
  private static final int SELECT_CURRENT = 0;
  private static final int SELECT_DEFAULT = 1;
  private static final int SELECT_SAVED = 2;
  private static final int LBA_RANGE_TYPE = 0x03;

  private static final int DNR = NvmeStatus.DO_NOT_RETRY;
  private static final int INVALID_FIELD = StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;
  private static final int NO_LIMIT = 0xFFFF;

  /** Temperature Threshold, CDW11: which sensor in 19:16, the lower threshold bit 20. */
  private static final int SENSOR_MASK = 0xF << 16;

  private static final int ALL_SENSORS = 0xF << 16;
  private static final int UNDER = 1 << 20;

  /** Which of a feature's values: a namespace, a vector, a threshold; 0 for the only one. */
  private record Key(int feature, int which) {}

  private final int ioQueues;
  private final int vectors;
  private final Map<Key, Integer> current = new HashMap<>();
  private final Map<Key, Integer> saved = new HashMap<>();
  private int granted;

  ModelFeatures(int ioQueues, int vectors) {
    this.ioQueues = ioQueues;
    this.vectors = vectors;
    reset();
  }

  void reset() {
    current.clear();
    current.putAll(saved);
    granted = ioQueues;
  }

  private int initial(Key key) {
    return switch (key.feature) {
      case Feature.ARBITRATION -> 7; // no limit of a burst
      case Feature.TEMPERATURE_THRESHOLD -> key.which == 0 ? ModelConfig.WARM : 0;
      case Feature.VOLATILE_WRITE_CACHE -> 1;
      case Feature.NUMBER_OF_QUEUES -> ioQueues - 1 << 16 | ioQueues - 1;
      case Feature.INTERRUPT_VECTOR -> key.which;
      default -> 0;
    };
  }

  private static boolean known(int feature) {
    return feature >= Feature.ARBITRATION && feature <= LAST && feature != LBA_RANGE_TYPE;
  }

  private int value(int feature, int which) {
    Key key = new Key(feature, which);
    return current.getOrDefault(key, initial(key));
  }

  /** The most I/O queues of either kind that the host agreed to. */
  int granted() {
    return granted;
  }

  boolean writeCache() {
    return (value(Feature.VOLATILE_WRITE_CACHE, 0) & 1) != 0;
  }

  /** The value of Interrupt Coalescing. */
  int coalescing() {
    return value(Feature.INTERRUPT_COALESCING, 0);
  }

  /** The upper or the lower threshold of the composite temperature, in kelvin. */
  int threshold(boolean under) {
    return value(Feature.TEMPERATURE_THRESHOLD, under ? UNDER : 0) & 0xFFFF;
  }

  /** Asynchronous Event Configuration: which are wanted. */
  int events() {
    return value(Feature.ASYNC_EVENTS, 0);
  }

  /** Which of a feature's values a command means, -1 where there is none such. */
  private int which(int feature, ModelCommand command, ModelNamespaces namespaces) {
    int cdw11 = command.cdw11();
    return switch (feature) {
      case Feature.INTERRUPT_VECTOR -> (cdw11 & 0xFFFF) < vectors ? cdw11 & 0xFFFF : -1;
      case Feature.TEMPERATURE_THRESHOLD -> {
        int sensor = cdw11 & SENSOR_MASK;
        yield sensor == 0 || sensor == ALL_SENSORS ? cdw11 & UNDER : -1;
      }
      case Feature.ERROR_RECOVERY -> namespaces.active(command.nsid) == null ? -1 : command.nsid;
      default -> 0;
    };
  }

  int get(ModelCommand command, ModelNamespaces namespaces) {
    int feature = command.cdw10Low() & 0xFF;
    int select = command.cdw10Low() >>> Feature.SELECT_SHIFT & 7;
    if (!known(feature)) {
      return INVALID_FIELD;
    }
    if (select == Feature.SELECT_SUPPORT) {
      command.result = support(feature);
      return 0;
    }
    int which = which(feature, command, namespaces);
    if (which < 0) {
      return noSuch(feature);
    }
    Key key = new Key(feature, which);
    switch (select) {
      case SELECT_CURRENT -> command.result = Integer.toUnsignedLong(value(feature, which));
      case SELECT_DEFAULT -> command.result = Integer.toUnsignedLong(initial(key));
      case SELECT_SAVED ->
          command.result = Integer.toUnsignedLong(saved.getOrDefault(key, initial(key)));
      default -> {
        return INVALID_FIELD;
      }
    }
    return 0;
  }

  private static int noSuch(int feature) {
    return feature == Feature.ERROR_RECOVERY
        ? StatusCode.INVALID_NAMESPACE_OR_FORMAT.value | DNR
        : INVALID_FIELD;
  }

  private static int support(int feature) {
    return FeatureSupport.CHANGEABLE
        | (saveable(feature) ? FeatureSupport.SAVEABLE : 0)
        | (feature == Feature.ERROR_RECOVERY ? FeatureSupport.PER_NAMESPACE : 0);
  }

  private static boolean saveable(int feature) {
    return switch (feature) {
      case Feature.ARBITRATION, Feature.TEMPERATURE_THRESHOLD, Feature.INTERRUPT_COALESCING -> true;
      default -> false;
    };
  }

  int set(ModelCommand command, ModelNamespaces namespaces, boolean queuesExist) {
    int feature = command.cdw10Low() & 0xFF;
    boolean save = (command.cdw10Low() & Feature.SAVE) != 0;
    if (!known(feature)) {
      return INVALID_FIELD;
    }
    if (save && !saveable(feature)) {
      return StatusCode.FEATURE_IDENTIFIER_NOT_SAVEABLE.value | DNR;
    }
    if (feature == Feature.NUMBER_OF_QUEUES) {
      return numberOfQueues(command, queuesExist);
    }
    int which = which(feature, command, namespaces);
    if (which < 0) {
      return noSuch(feature);
    }
    boolean noState = feature == Feature.POWER_MANAGEMENT;
    if (noState && (command.cdw11() & 0x1F) >= ModelConfig.POWER_STATES) {
      return INVALID_FIELD;
    }
    Key key = new Key(feature, which);
    current.put(key, command.cdw11());
    if (save) {
      saved.put(key, command.cdw11());
    }
    return 0;
  }

  private int numberOfQueues(ModelCommand command, boolean queuesExist) {
    if (queuesExist) {
      return StatusCode.COMMAND_SEQUENCE_ERROR.value | DNR;
    }
    int submission = command.cdw11() & 0xFFFF;
    int completion = command.cdw11() >>> 16;
    if (submission == NO_LIMIT || completion == NO_LIMIT) {
      return INVALID_FIELD;
    }
    submission = Math.min(submission + 1, ioQueues);
    completion = Math.min(completion + 1, ioQueues);
    granted = Math.max(submission, completion);
    int value = completion - 1 << 16 | submission - 1;
    current.put(new Key(Feature.NUMBER_OF_QUEUES, 0), value);
    command.result = Integer.toUnsignedLong(value);
    return 0;
  }
}
