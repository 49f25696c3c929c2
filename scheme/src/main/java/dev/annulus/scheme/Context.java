// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.peer.PeerSession;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.Producer;
import java.lang.foreign.Arena;

/**
 * The host's record of one attached client: its session, handles and operations in progress.
 * Belongs to one reactor.
 */
final class Context {
  /** How long a client that floods us with wake-ups is not waited for. */
  static final long REST_NANOS = 1_000_000;

  private static final int PATIENCE = 16;

  final int id;
  final PeerSession session;
  final HandleTable handles;
  final RunQueue runQueue;
  private final Arena arena = Arena.ofConfined();
  private final Consumer sq;
  private final Producer cq;

  /**
   * A futex wait on the client's tail is with the kernel; the ring need not be polled until then.
   */
  boolean armed;

  /** The armed wait is being cancelled. */
  boolean disarming;

  /** The client is gone or broke the protocol: nothing is taken from it any more. */
  boolean ended;

  /** The socket thread said that the client is gone: memory may go once nothing uses it. */
  boolean gone;

  /** How often in a row it was woken without having submitted anything. */
  private int wokenInVain;

  /** Until then a flood of wake-ups is answered by none. */
  private long restUntil;

  /** Completions are posted and not yet visible. */
  boolean dirty;

  /** When the client last submitted something, nanoseconds. */
  long lastActive;

  long operations;

  Context(int id, PeerSession session, int maxHandles) {
    this.id = id;
    this.session = session;
    handles = new HandleTable(maxHandles);
    runQueue = new RunQueue(session.credit(), arena);
    sq = session.sq();
    cq = session.cq();
  }

  /** Its wait completed; entries are looked for next. */
  void woken(long now) {
    lastActive = now;
    if (++wokenInVain > PATIENCE) {
      restUntil = now + REST_NANOS;
    }
  }

  /** It has submitted something. */
  void active(long now) {
    lastActive = now;
    wokenInVain = 0;
    restUntil = now;
  }

  /** Whether it is woken for nothing all the time, and is looked at only now and then for that. */
  boolean rests(long now) {
    return wokenInVain > PATIENCE && now - restUntil < 0;
  }

  Consumer sq() {
    return sq;
  }

  /**
   * Posts a completion, visible after {@link #flush}.
   *
   * @throws dev.annulus.ring.RingViolationException where the client left no room: it took more
   *     than its credit, or wrote a head that cannot be true
   */
  void post(long userData, long result) {
    if (!ended) {
      session.post(userData, result);
    }
  }

  /** Makes posted completions visible, and wakes the client if it sleeps for them. */
  void flush() {
    if (!ended && cq.pending() > 0) {
      session.complete();
    }
  }

  /** Frees what belongs to the context; nothing may use its memory any more. */
  void free() {
    arena.close();
    session.free();
  }

  /** The same where the reactor failed, but for a session that the socket thread still has. */
  void abandon() {
    arena.close();
    if (gone) {
      session.free();
    }
  }
}
