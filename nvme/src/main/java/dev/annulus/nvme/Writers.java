// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Who has the namespaces of a controller open for writing, over all reactors of a host: any number
 * of writers, or one handle that excludes them ({@code O_EXCL}). Asked once an open and once a
 * close, never on the path of a transfer.
 */
final class Writers {
  private static final int EXCLUDED = -1;

  private final List<Namespace> namespaces;
  private final AtomicIntegerArray counts;

  Writers(List<Namespace> namespaces) {
    this.namespaces = namespaces;
    counts = new AtomicIntegerArray(namespaces.size());
  }

  /** One more handle; false where it excludes others that are there, or is excluded. */
  boolean open(Namespace namespace, boolean writes, boolean exclusive) {
    int at = namespaces.indexOf(namespace);
    if (exclusive) {
      return counts.compareAndSet(at, 0, EXCLUDED);
    }
    int seen;
    do {
      seen = counts.get(at);
      if (writes && seen == EXCLUDED) {
        return false;
      }
    } while (writes && !counts.compareAndSet(at, seen, seen + 1));
    return true;
  }

  /** A handle that {@link #open} let in is closed. */
  void close(Namespace namespace, boolean writes, boolean exclusive) {
    int at = namespaces.indexOf(namespace);
    if (exclusive) {
      counts.set(at, 0);
    } else if (writes) {
      counts.decrementAndGet(at);
    }
  }
}
