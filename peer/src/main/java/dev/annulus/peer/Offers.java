// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ring.Errno;
import java.util.HashMap;
import java.util.Map;

/** What a server has offered to a client and the client has not taken. From any thread. */
final class Offers implements AutoCloseable {
  /** Each holds two descriptors of the server's; a client has no reason to let them wait. */
  static final int MAX = 16;

  private final Map<Integer, PeerEnd> waiting = new HashMap<>();
  private int next;
  private boolean closed;

  synchronized int add(PeerEnd end) {
    if (closed) {
      return -Errno.ESHUTDOWN;
    }
    if (waiting.size() == MAX) {
      return -Errno.EMFILE;
    }
    int ticket = next;
    // At most 16 wait: one that is 2^31 older was taken, or its client does not want it any more.
    next = next + 1 & Integer.MAX_VALUE;
    PeerEnd stale = waiting.put(ticket, end);
    if (stale != null) {
      stale.close();
    }
    return ticket;
  }

  /** What a ticket stands for, the caller's from then on, or null. */
  synchronized PeerEnd take(int ticket) {
    return waiting.remove(ticket);
  }

  @Override
  public synchronized void close() {
    closed = true;
    waiting.values().forEach(PeerEnd::close);
    waiting.clear();
  }
}
