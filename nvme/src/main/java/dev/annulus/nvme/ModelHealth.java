// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How warm the model is and how much spare it has, as tests set it, and the warnings that follow.
 * Under the model's lock.
 */
final class ModelHealth {
  static final int SPARE_THRESHOLD = 10;

  /** Critical warnings: the spare is below its threshold; a temperature is beyond its own. */
  static final int WARNING_SPARE = 1;

  static final int WARNING_TEMPERATURE = 1 << 1;

  private static final int ROOM_TEMPERATURE = 300;

  private final ModelFeatures features;
  private final ModelEvents events;
  private int temperature = ROOM_TEMPERATURE;
  private int spare = 100;
  private int warnings;

  ModelHealth(ModelFeatures features, ModelEvents events) {
    this.features = features;
    this.events = events;
  }

  int temperature() {
    return temperature;
  }

  int spare() {
    return spare;
  }

  int warnings() {
    return warnings;
  }

  /** Sets the composite temperature in kelvin. */
  void temperature(int kelvin) {
    temperature = kelvin;
    look();
  }

  /** Sets the spare in percent. */
  void spare(int percent) {
    spare = percent;
    look();
  }

  /** Something that warnings depend on has changed: a new warning is an event, where wanted. */
  void look() {
    int now = 0;
    if (spare < SPARE_THRESHOLD) {
      now |= WARNING_SPARE;
    }
    if (temperature >= features.threshold(false) || temperature <= features.threshold(true)) {
      now |= WARNING_TEMPERATURE;
    }
    int fresh = now & ~warnings & features.events();
    warnings = now;
    if ((fresh & WARNING_SPARE) != 0) {
      events.raise(EventKind.SPARE, LogPage.SMART);
    }
    if ((fresh & WARNING_TEMPERATURE) != 0) {
      events.raise(EventKind.TEMPERATURE, LogPage.SMART);
    }
  }
}
