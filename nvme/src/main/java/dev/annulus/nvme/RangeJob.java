// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** Sets blocks to zero or deallocates them, as many at a time as a command may name. */
final class RangeJob extends Job {
  /** What becomes of the blocks. */
  enum Kind {
    /** They are zero. */
    ZERO,
    /** They read as zero, and the device may deallocate them. */
    PUNCH,
    /** What they read as does not matter. */
    DISCARD
  }

  private Kind kind;
  private int most;
  private int control;
  private long next;

  RangeJob(int number) {
    super(number);
  }

  /** Says what to do, after {@link #begin}: at most so many blocks a command. */
  void change(Kind how, int blocksAtOnce, boolean durable) {
    kind = how;
    most = how == Kind.DISCARD ? NvmOpcode.MAX_BLOCKS : blocksAtOnce;
    control = (durable ? NvmOpcode.FUA : 0) | (how == Kind.PUNCH ? NvmOpcode.DEAC : 0);
    next = first;
  }

  private int blocks() {
    return (int) Math.min(most, end - next);
  }

  @Override
  boolean submit(QueuePair queue) {
    if (kind == Kind.DISCARD) {
      return queue.deallocate(nsid, next, blocks(), queueToken);
    }
    return queue.nvm(nsid).zero(next, blocks(), control, queueToken);
  }

  @Override
  boolean advance() {
    next += blocks();
    return next == end;
  }

  /** Its result is 0 or an error, whatever was done. */
  @Override
  long done() {
    return 0;
  }
}
