// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A completion queue as the model sees it: posts entries between its tail and the head doorbell.
 */
final class ModelCq extends ModelQueue {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  /** Interrupt vector, -1 where completions raise none. */
  final int vector;

  /** Submission queues that complete into this one. */
  int users;

  /** Completions that will be posted later, whose entries are spoken for. */
  int owed;

  private int tail;
  private int phase = 1;

  /** The head as last read; the doorbell is read only when the queue looks full. */
  private int head;

  private final Faults faults;

  ModelCq(int id, int entries, long iova, int vector, Faults faults) {
    super(id, entries, Cqe.SHIFT, iova);
    this.vector = vector;
    this.faults = faults;
  }

  /** Whether one more completion fits, besides those owed. */
  boolean hasRoom() {
    return hasRoom(1);
  }

  /** Whether so many more completions fit, besides those owed. */
  boolean hasRoom(int completions) {
    if (free() >= completions) {
      return true;
    }
    head = doorbell();
    return free() >= completions;
  }

  private int free() {
    int used = tail - head;
    return entries - 1 - owed - (used < 0 ? used + entries : used);
  }

  /** Posts a completion. */
  void post(ModelSq sq, int commandId, int status, long result) {
    long at = offset(tail);
    LONG.set(memory(), at + Cqe.DW0, result);
    long word = Cqe.word(sq.head(), sq.id, commandId, status, phase);
    if (faults != Faults.NONE) {
      word = faults.completion(word);
    }
    // Release: pairs with the driver's acquire of this word, CommandQueue.drain in ours.
    LONG.setRelease(memory(), at + Cqe.STATUS_WORD, word);
    tail = after(tail);
    if (tail == 0) {
      phase ^= 1;
    }
  }
}
