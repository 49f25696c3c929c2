// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** What the model does wrong on purpose. Called while it executes; must not call the model. */
interface Faults {
  /** A completion that is held back for ever: until Abort, the queue's deletion or a reset. */
  int FOREVER = Integer.MAX_VALUE;

  /** In place of a status: the command is forgotten. Not even Abort finds it. */
  int LOST = -2;

  /** Works as it should. */
  Faults NONE =
      new Faults() {
        @Override
        public int fail(ModelCommand command) {
          return NvmeStatus.SUCCESS;
        }

        @Override
        public int hold(ModelCommand command) {
          return 0;
        }
      };

  /**
   * The status to complete a command with in place of executing it; 0 executes it, {@link #LOST}
   * does nothing.
   */
  int fail(ModelCommand command);

  /**
   * How many later completions of its queue a command's completion is held back for. When nothing
   * is left to do, what is held back is posted, unless it is {@link #FOREVER}.
   */
  int hold(ModelCommand command);

  /**
   * How long a command's completion takes, beyond the time to carry it out; where the model has a
   * thread of its own.
   *
   * @return nanoseconds, 0 for no longer
   */
  default long delayNanos(ModelCommand command) {
    return 0;
  }

  /** The upper half of a completion that is posted in place of the true one; see {@link Cqe}. */
  default long completion(long word) {
    return word;
  }

  /** Whether an interrupt that is due is signalled; otherwise it is lost. */
  default boolean signals(int vector) {
    return true;
  }

  /** What is told to the host as an event index of shadow doorbells in place of the true one. */
  default int eventIndex(int value) {
    return value;
  }

  /** What a register reads as in place of its true value. */
  default int register(int register, int value) {
    return value;
  }
}
