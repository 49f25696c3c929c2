// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Feature identifiers of Set Features and Get Features. Source: NVM Express Base Specification 2.0,
 * section 5.27.1.
 */
final class Feature {
  /** Arbitration: burst and weights of submission queues. */
  static final int ARBITRATION = 0x01;

  /** Power Management: the power state. */
  static final int POWER_MANAGEMENT = 0x02;

  /** Temperature Threshold, in kelvin. */
  static final int TEMPERATURE_THRESHOLD = 0x04;

  /** Error Recovery: time limit of retries; one value a namespace. */
  static final int ERROR_RECOVERY = 0x05;

  /** Volatile Write Cache: bit 0 enables it. */
  static final int VOLATILE_WRITE_CACHE = 0x06;

  /** Number of Queues: submission queues in 15:0, completion queues in 31:16, both 0-based. */
  static final int NUMBER_OF_QUEUES = 0x07;

  /** Interrupt Coalescing: threshold and time. */
  static final int INTERRUPT_COALESCING = 0x08;

  /** Interrupt Vector Configuration. */
  static final int INTERRUPT_VECTOR = 0x09;

  /** Write Atomicity Normal. */
  static final int WRITE_ATOMICITY = 0x0A;

  /** Asynchronous Event Configuration: which events are wanted. */
  static final int ASYNC_EVENTS = 0x0B;

  /** I/O Command Set Profile: which combination of command sets is in use. */
  static final int COMMAND_SET_PROFILE = 0x19;

  /** Set Features, CDW10: keep the value over power loss. */
  static final int SAVE = 1 << 31;

  private static final int MICROS_A_STEP = 100;
  private static final int MOST_STEPS = 255;
  private static final int MOST_COMPLETIONS = 256;

  private Feature() {}

  /** Interrupt Coalescing's value: so many completions at most, so long, rounded up. */
  static int coalescing(int completions, int micros) {
    int most = MOST_STEPS * MICROS_A_STEP;
    if (completions < 1 || completions > MOST_COMPLETIONS || micros < 0 || micros > most) {
      throw new IllegalArgumentException(
          "interrupts for %d completions or after %,d us: 1 to %d, 0 to %,d"
              .formatted(completions, micros, MOST_COMPLETIONS, most));
    }
    return (micros + MICROS_A_STEP - 1) / MICROS_A_STEP << 8 | completions - 1;
  }

  /** Interrupt Coalescing: for how many completions an interrupt is raised at once. */
  static int coalescingCompletions(int value) {
    return (value & 0xFF) + 1;
  }

  /** Interrupt Coalescing: how long fewer wait at most. */
  static int coalescingMicros(int value) {
    return (value >>> 8 & 0xFF) * MICROS_A_STEP;
  }
}
