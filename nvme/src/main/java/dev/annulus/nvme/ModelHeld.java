// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Completions that a fault holds back. Empty, and not in the way, when there are no faults. */
final class ModelHeld {
  private final class Completion {
    final ModelSq queue;
    final int id;
    final int status;
    final long result;
    int left;
    final long due;

    Completion(ModelCommand command, int status, int left, long due) {
      this.due = due;
      queue = command.queue;
      id = command.id;
      result = command.result;
      this.status = status;
      this.left = left;
    }

    void post(int with) {
      queue.cq.owed--;
      queue.cq.post(queue, id, with, result);
      interrupts.raise(queue.cq.vector);
    }
  }

  /** No time at all. */
  static final long NEVER = Long.MIN_VALUE;

  private final ModelInterrupts interrupts;
  private final List<Completion> held = new ArrayList<>();

  /** Written under the model's lock; volatile for the thread that looks whether it may sleep. */
  private volatile long earliest = NEVER;

  ModelHeld(ModelInterrupts interrupts) {
    this.interrupts = interrupts;
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  void hold(ModelCommand command, int status, int completions) {
    command.queue.cq.owed++;
    held.add(new Completion(command, status, completions, NEVER));
  }

  /** Holds a completion back until a time, by {@link System#nanoTime}. */
  void delay(ModelCommand command, int status, long due) {
    command.queue.cq.owed++;
    held.add(new Completion(command, status, Faults.FOREVER, due));
    earliest = earliest == NEVER || due - earliest < 0 ? due : earliest;
  }

  /** When the next is due that waits for its time, or {@link #NEVER}; any thread. */
  long earliest() {
    return earliest;
  }

  /** Posts what is due, the earliest held first; answers whether there was any. */
  boolean postDue(long now) {
    boolean any = false;
    long next = NEVER;
    for (int i = 0; i < held.size(); i++) {
      Completion each = held.get(i);
      if (each.due != NEVER && each.due - now <= 0) {
        held.remove(i--);
        each.post(each.status);
        any = true;
      } else if (each.due != NEVER && (next == NEVER || each.due - next < 0)) {
        next = each.due;
      }
    }
    earliest = next;
    return any;
  }

  /** A completion of a queue was posted: what waited for it only is next, the latest first. */
  void posted(ModelSq queue) {
    for (int i = held.size() - 1; i >= 0; i--) {
      Completion each = held.get(i);
      if (each.queue == queue && each.left != Faults.FOREVER && --each.left <= 0) {
        held.remove(i);
        each.post(each.status);
      }
    }
  }

  /** Posts what a queue still holds back and not for ever, the latest first. */
  void release(ModelSq queue) {
    for (int i = held.size() - 1; i >= 0; i--) {
      Completion each = held.get(i);
      if (each.queue == queue && each.left != Faults.FOREVER) {
        held.remove(i);
        each.post(each.status);
      }
    }
  }

  /** Ends a command with a status; false where it is not held. */
  boolean end(int queue, int id, int status) {
    for (int i = 0; i < held.size(); i++) {
      Completion each = held.get(i);
      if (each.queue.id == queue && each.id == id) {
        held.remove(i);
        each.post(status);
        return true;
      }
    }
    return false;
  }

  /** Ends all commands of a queue with a status. */
  void endAll(ModelSq queue, int status) {
    for (Iterator<Completion> all = held.iterator(); all.hasNext(); ) {
      Completion each = all.next();
      if (each.queue == queue) {
        all.remove();
        each.post(status);
      }
    }
  }

  void clear() {
    held.clear();
    earliest = NEVER;
  }
}
