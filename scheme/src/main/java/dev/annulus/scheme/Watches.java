// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.ffi.Events;
import dev.annulus.uring.Ring;
import dev.annulus.uring.op.PollAdd;
import java.util.Arrays;

/** Eventfds that wake a reactor: each has a poll with the kernel whenever the reactor sleeps. */
final class Watches {
  private final Services services;
  private int[] descriptors = new int[4];
  private boolean[] armed = new boolean[4];
  private int count;

  Watches(Services services) {
    this.services = services;
  }

  void add(int eventfd) {
    if (count == descriptors.length) {
      descriptors = Arrays.copyOf(descriptors, 2 * count);
      armed = Arrays.copyOf(armed, 2 * count);
    }
    descriptors[count++] = eventfd;
  }

  /** Arms what is not; answers whether all are, so that the reactor may sleep. */
  boolean arm() {
    for (int i = 0; i < count; i++) {
      if (!armed[i]) {
        long at = services.claim();
        if (at < 0) {
          return false;
        }
        Ring ring = services.ring();
        PollAdd.prep(ring.entries(), at, descriptors[i], Events.EPOLLIN, 0, Token.event(i));
        armed[i] = true;
      }
    }
    return true;
  }

  /** A poll completed: the eventfd was signalled, or the poll was cancelled. */
  void fired(int index) {
    armed[index] = false;
    Events.drain(descriptors[index]);
  }
}
