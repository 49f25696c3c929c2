// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;

/** Walks over the host's memory of a command, from its first byte on. */
final class ModelCursor {
  private final ModelPrp runs;
  private int run;
  private long done;

  ModelCursor(ModelPrp runs) {
    this.runs = runs;
  }

  void start() {
    run = 0;
    done = 0;
  }

  /** Takes the next bytes from the host. */
  void take(MemorySegment into, long at, long length) {
    for (long copied = 0; copied < length; ) {
      long part = part(length - copied);
      MemorySegment.copy(runs.memory(run), runs.offset(run) + done, into, at + copied, part);
      copied += part;
      done += part;
    }
  }

  /** Gives the next bytes to the host. */
  void give(MemorySegment from, long at, long length) {
    for (long copied = 0; copied < length; ) {
      long part = part(length - copied);
      MemorySegment.copy(from, at + copied, runs.memory(run), runs.offset(run) + done, part);
      copied += part;
      done += part;
    }
  }

  private long part(long wanted) {
    if (done == runs.length(run)) {
      run++;
      done = 0;
    }
    return Math.min(wanted, runs.length(run) - done);
  }
}
