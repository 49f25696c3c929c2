// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The model's register file, and what writing it sets going. Writes happen under the model's lock.
 */
final class ModelRegisters {
  private static final int SHN_SHIFT = 14;
  private static final long HALF = 0xFFFF_FFFFL;

  private final ModelEngine engine;
  private final ModelInterrupts interrupts;
  private final Faults faults;
  private final long cap;
  private final boolean selectable;

  /** Volatile: read without the lock by whoever waits for the controller. */
  private volatile int status;

  private volatile int configuration;
  private volatile int adminAttributes;
  private volatile long adminSubmission;
  private volatile long adminCompletion;

  ModelRegisters(ModelConfig config, ModelEngine engine, ModelInterrupts interrupts) {
    this.engine = engine;
    this.interrupts = interrupts;
    faults = config.faults();
    cap = config.capabilities();
    selectable = config.zoned();
  }

  /** Whether doorbells count. */
  boolean ready() {
    return (status & (Registers.CSTS_RDY | Registers.CSTS_SHST_MASK)) == Registers.CSTS_RDY;
  }

  long readLong(int register) {
    return switch (register) {
      case Registers.ASQ -> adminSubmission;
      case Registers.ACQ -> adminCompletion;
      default -> readInt(register) & HALF | (long) readInt(register + 4) << 32;
    };
  }

  int readInt(int register) {
    return faults.register(register, value(register));
  }

  private int value(int register) {
    return switch (register) {
      case Registers.CAP -> (int) cap;
      case Registers.CAP + 4 -> (int) (cap >>> 32);
      case Registers.VS -> ModelConfig.VERSION;
      case Registers.INTMS, Registers.INTMC -> interrupts.mask();
      case Registers.CC -> configuration;
      case Registers.CSTS -> engine.fatal() ? status | Registers.CSTS_CFS : status;
      case Registers.AQA -> adminAttributes;
      case Registers.ASQ -> (int) adminSubmission;
      case Registers.ASQ + 4 -> (int) (adminSubmission >>> 32);
      case Registers.ACQ -> (int) adminCompletion;
      case Registers.ACQ + 4 -> (int) (adminCompletion >>> 32);
      default -> 0;
    };
  }

  void writeLong(int register, long value) {
    switch (register) {
      case Registers.ASQ -> adminSubmission = value;
      case Registers.ACQ -> adminCompletion = value;
      default -> {
        writeInt(register, (int) value);
        writeInt(register + 4, (int) (value >>> 32));
      }
    }
  }

  void writeInt(int register, int value) {
    switch (register) {
      case Registers.INTMS -> interrupts.mask(value, 0);
      case Registers.INTMC -> interrupts.mask(0, value);
      case Registers.CC -> configure(value);
      case Registers.AQA -> adminAttributes = value;
      case Registers.ASQ -> adminSubmission = adminSubmission & ~HALF | value & HALF;
      case Registers.ASQ + 4 -> adminSubmission = adminSubmission & HALF | (long) value << 32;
      case Registers.ACQ -> adminCompletion = adminCompletion & ~HALF | value & HALF;
      case Registers.ACQ + 4 -> adminCompletion = adminCompletion & HALF | (long) value << 32;
      default -> {} // read-only, or not there: ignored
    }
  }

  private void configure(int value) {
    int changed = configuration ^ value;
    configuration = value;
    if ((changed & Registers.CC_EN) != 0) {
      if ((value & Registers.CC_EN) != 0) {
        enable(value);
      } else {
        disable();
      }
    }
    if ((changed & Registers.CC_SHN_MASK) != 0 && (value >>> SHN_SHIFT & 3) != 0) {
      engine.shutDown();
      status |= Registers.CSTS_SHST_COMPLETE;
    }
  }

  private void enable(int value) {
    int page = Registers.memoryPage(value);
    int sizes = Registers.CC_IOSQES_64 | Registers.CC_IOCQES_16;
    int css = value >>> 4 & 7;
    int arbitration = value >>> 11 & 7;
    if (page > ModelConfig.MAX_PAGE
        || (value & 0xFF_0000) != sizes
        || css != 0 && !(selectable && css == Registers.CC_CSS_ALL)
        || arbitration != 0) {
      engine.fail();
    } else if (engine.start(adminAttributes, adminSubmission, adminCompletion, 12 + page)) {
      status = Registers.CSTS_RDY;
    }
  }

  private void disable() {
    engine.stop();
    status = 0;
  }

  /** As after power on. */
  void reset() {
    disable();
    configuration = 0;
    adminAttributes = 0;
    adminSubmission = 0;
    adminCompletion = 0;
  }
}
