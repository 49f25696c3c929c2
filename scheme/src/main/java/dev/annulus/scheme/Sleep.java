// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.FutexCheck;
import dev.annulus.uring.Ring;
import dev.annulus.uring.op.AsyncCancel;
import dev.annulus.uring.op.FutexWait;

/**
 * How a reactor learns that an idle client has submitted something: by FUTEX_WAIT on its ring, so
 * that it sleeps in one call over clients, files and devices; or, where that cannot be relied on,
 * by a thread that has the clients' futexes and sends mail.
 */
final class Sleep {
  /** Tries a ring's futex waits: in tests, with faults. */
  interface Check {
    /** Why they cannot be relied on, or empty. */
    String run(Ring ring) throws ErrnoException;
  }

  static final Check REAL = FutexCheck::run;

  private final Services services;
  private final Reactor reactor;
  private final String fault;
  private long byRing;
  private long byThread;

  /**
   * Decides for the way.
   *
   * @param fault why the ring's futex waits cannot be relied on, or empty
   */
  Sleep(Services services, Reactor reactor, String fault) {
    this.services = services;
    this.reactor = reactor;
    this.fault = fault;
  }

  /** Begins a wait for a client whose queue is armed; answers false where there is no room now. */
  boolean begin(Context context) {
    if (!fault.isEmpty()) {
      byThread++;
      context.armed = true;
      context.session.tellWhenSubmitted(() -> reactor.tell(() -> reactor.woken(context)));
      return true;
    }
    long at = services.claim();
    if (at < 0) {
      return false;
    }
    byRing++;
    int tail = context.sq().tailLow();
    long word = context.session.sqFutex();
    FutexWait.prep(services.ring().entries(), at, word, tail, 0, Token.futex(context.id));
    context.armed = true;
    return true;
  }

  /** Takes a wait back, at once or by a completion that follows; answers false for no room now. */
  boolean end(Context context) {
    if (!fault.isEmpty()) {
      context.session.forgetSubmitted();
      context.armed = false;
      return true;
    }
    long at = services.claim();
    if (at < 0) {
      return false;
    }
    AsyncCancel.prep(
        services.ring().entries(), at, Token.futex(context.id), -1, 0, 0, Services.IGNORED);
    return true;
  }

  String json() {
    return "{\"futex_wait\": \""
        + (fault.isEmpty() ? "ring" : "thread")
        + "\", \"reason\": \""
        + fault
        + "\", \"by_ring\": "
        + byRing
        + ", \"by_thread\": "
        + byThread
        + "}";
  }
}
