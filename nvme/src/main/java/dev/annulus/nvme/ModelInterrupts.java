// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import java.util.Arrays;
import java.util.function.IntSupplier;

/**
 * The model's interrupt vectors: eventfds, made when they are asked for. Raising marks a vector; it
 * is signalled once for all that was executed in one go: in inline mode the batch of a doorbell, in
 * threaded mode a command. Under the model's lock.
 */
final class ModelInterrupts {
  private final int[] fds;
  private final boolean[] pending;
  private final Faults faults;
  private boolean anyPending;

  /** Null where none waits for more. */
  private ModelCoalescing coalescing;

  /** When the next is due that waits for more; volatile for the thread that looks at it. */
  private volatile long due = ModelHeld.NEVER;

  /** INTMS and INTMC: a bit masks the vector. */
  private int mask;

  ModelInterrupts(int vectors, Faults faults) {
    this.faults = faults;
    fds = new int[vectors];
    Arrays.fill(fds, -1);
    pending = new boolean[vectors];
  }

  /** Has interrupts wait for more, where somebody will come back for them. */
  void coalesceBy(IntSupplier feature) {
    coalescing = new ModelCoalescing(fds.length, feature);
  }

  int vectors() {
    return fds.length;
  }

  int fd(int vector) throws NvmeException {
    if (fds[vector] < 0) {
      int fd = Events.eventfd(true);
      if (fd < 0) {
        throw new NvmeException(
            "eventfd for interrupt vector "
                + vector
                + ": "
                + Errno.describe(-fd)
                + ": raise the limit of open files, or start without interrupts");
      }
      fds[vector] = fd;
    }
    return fds[vector];
  }

  /** Marks a vector; -1 is none. */
  void raise(int vector) {
    if (vector >= 0) {
      pending[vector] = true;
      anyPending = true;
      if (mayWait()) {
        coalescing.raised(vector);
      }
    }
  }

  private boolean mayWait() {
    return coalescing != null && coalescing.wanted();
  }

  /** Signals what was raised, is not masked, and does not wait for more. */
  void deliver() {
    if (anyPending) {
      deliver(mayWait());
    }
  }

  private void deliver(boolean mayWait) {
    boolean left = false;
    long next = ModelHeld.NEVER;
    for (int vector = 0; vector < fds.length; vector++) {
      if (!pending[vector]) {
        continue;
      }
      long when = mayWait ? coalescing.due(vector) : 0;
      if (vector < Integer.SIZE && (mask & 1 << vector) != 0) {
        left = true;
      } else if (mayWait && when - System.nanoTime() > 0) {
        left = true;
        next = next == ModelHeld.NEVER || when - next < 0 ? when : next;
      } else {
        signal(vector);
      }
    }
    anyPending = left;
    due = next;
  }

  /** When an interrupt is due that waits for more, or {@link ModelHeld#NEVER}; any thread. */
  long due() {
    return due;
  }

  private void signal(int vector) {
    pending[vector] = false;
    if (coalescing != null) {
      coalescing.signalled(vector);
    }
    if (fds[vector] >= 0 && faults.signals(vector)) {
      // It fails only where the counter is full, and then it is readable all the same.
      Events.signal(fds[vector]);
    }
  }

  int mask() {
    return mask;
  }

  void mask(int set, int cleared) {
    mask = (mask | set) & ~cleared;
    // Not on the model's thread, which may be asleep for longer than one would wait.
    deliver(false);
  }

  /** Forgets what is raised and masked. */
  void reset() {
    Arrays.fill(pending, false);
    anyPending = false;
    due = ModelHeld.NEVER;
    mask = 0;
    if (coalescing != null) {
      coalescing.reset();
    }
  }

  void close() {
    for (int vector = 0; vector < fds.length; vector++) {
      if (fds[vector] >= 0) {
        Files.close(fds[vector]);
        fds[vector] = -1;
      }
    }
  }
}
