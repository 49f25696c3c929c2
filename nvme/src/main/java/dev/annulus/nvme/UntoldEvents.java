// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/** Events that wait for their listener: the latest, where there are very many. Any thread. */
final class UntoldEvents {
  /** The most that are kept while nobody listens. */
  static final int MOST = 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<ControllerEvent> events = new ArrayDeque<>();
  private long dropped;

  void add(ControllerEvent event) {
    lock.lock();
    try {
      if (events.size() == MOST) {
        events.poll();
        dropped++;
      }
      events.add(event);
    } finally {
      lock.unlock();
    }
  }

  /** The oldest, or null. */
  ControllerEvent poll() {
    lock.lock();
    try {
      return events.poll();
    } finally {
      lock.unlock();
    }
  }

  /** How many were dropped, the oldest each time. */
  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }
}
