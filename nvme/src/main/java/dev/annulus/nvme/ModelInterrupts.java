// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import java.util.Arrays;

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

  /** INTMS and INTMC: a bit masks the vector. */
  private int mask;

  ModelInterrupts(int vectors, Faults faults) {
    this.faults = faults;
    fds = new int[vectors];
    Arrays.fill(fds, -1);
    pending = new boolean[vectors];
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
    }
  }

  /** Signals what was raised and is not masked. */
  void deliver() {
    if (!anyPending) {
      return;
    }
    boolean left = false;
    for (int vector = 0; vector < fds.length; vector++) {
      if (pending[vector] && vector < Integer.SIZE && (mask & 1 << vector) != 0) {
        left = true;
      } else if (pending[vector]) {
        pending[vector] = false;
        if (faults.signals(vector)) {
          signal(fds[vector]);
        }
      }
    }
    anyPending = left;
  }

  private static void signal(int fd) {
    if (fd >= 0) {
      // It fails only where the counter is full, and then it is readable all the same.
      Events.signal(fd);
    }
  }

  int mask() {
    return mask;
  }

  void mask(int set, int cleared) {
    mask = (mask | set) & ~cleared;
    deliver();
  }

  /** Forgets what is raised and masked. */
  void reset() {
    Arrays.fill(pending, false);
    anyPending = false;
    mask = 0;
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
