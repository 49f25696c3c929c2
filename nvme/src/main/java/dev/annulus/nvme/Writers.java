// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who has the namespaces of a controller open for writing, over all reactors of a host: any number
 * of writers, or one handle that excludes them ({@code O_EXCL}). Asked once an open and once a
 * close, never on the path of a transfer.
 */
final class Writers {
  private static final int EXCLUDED = -1;

  /** By identifier: namespaces come, go and change, what is open of them stays counted. */
  private final ConcurrentMap<Integer, AtomicInteger> counts = new ConcurrentHashMap<>();

  private AtomicInteger of(Namespace namespace) {
    return counts.computeIfAbsent(namespace.nsid(), nsid -> new AtomicInteger());
  }

  /** One more handle; false where it excludes others that are there, or is excluded. */
  boolean open(Namespace namespace, boolean writes, boolean exclusive) {
    AtomicInteger count = of(namespace);
    if (exclusive) {
      return count.compareAndSet(0, EXCLUDED);
    }
    int seen;
    do {
      seen = count.get();
      if (writes && seen == EXCLUDED) {
        return false;
      }
    } while (writes && !count.compareAndSet(seen, seen + 1));
    return true;
  }

  /** A handle that {@link #open} let in is closed. */
  void close(Namespace namespace, boolean writes, boolean exclusive) {
    AtomicInteger count = of(namespace);
    if (exclusive) {
      count.set(0);
    } else if (writes) {
      count.decrementAndGet();
    }
  }
}
