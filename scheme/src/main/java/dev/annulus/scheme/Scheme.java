// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.peer.PeerSession;
import java.lang.foreign.MemorySegment;

/**
 * A named service, the part of a URL before {@code :}. There is one instance a reactor; all its
 * methods are called on that reactor's thread and must not block.
 *
 * <p>A method answers at once with a result of at least 0 or {@code -errno}, or with {@link
 * #PENDING}: then it has kept {@link Request#token} and will hand it to {@link Services#complete}
 * exactly once. The request is valid during the call only.
 */
public interface Scheme extends AutoCloseable {
  /** The answer comes later, by {@link Services#complete}. */
  long PENDING = Long.MIN_VALUE;

  /** There is no room now: the entry stays in the client's ring and is offered again. */
  long BUSY = Long.MIN_VALUE + 1;

  /**
   * Opens a resource.
   *
   * @param request its flags and mode: {@link Request#opFlags}, {@link Request#offset}
   * @param path what follows the colon of the URL, a private copy valid during the call, without
   *     NUL
   * @return the resource (any number from 0 to 2^31-1, private to this scheme), {@code -errno},
   *     {@link #PENDING} or {@link #BUSY}
   */
  long open(Request request, MemorySegment path);

  /**
   * Carries out an operation on an open resource. The opcode is one of Linux's, any value below
   * 0x80, {@link dev.annulus.ring.Opcode#SIZE} or {@link dev.annulus.ring.Opcode#OFFER}; buffers
   * are looked up by {@link Request#buffer}, which checks them.
   *
   * @param request the checked copy of the entry
   * @return the result from 0 to 2^63-1, {@code -errno}, {@link #PENDING} or {@link #BUSY}; one of
   *     more than 31 bits reaches the client in an extended completion
   */
  long perform(Request request);

  /**
   * What the client is answered where an operation that is not Linux's was forwarded to the kernel
   * as one that is, and has completed. Called once for each that was {@link #PENDING}, also where
   * the client is gone.
   *
   * @param note what the request was left with, see {@link Request#note}
   * @param result the kernel's answer
   * @return the result for the client
   */
  default long finish(int note, long result) {
    return result;
  }

  /**
   * Tries to cancel an operation that is pending. It completes all the same, with {@code
   * -ECANCELED} where the attempt succeeded.
   *
   * @param token the operation's
   */
  void cancel(long token);

  /**
   * Lets go of a resource whose context has ended; no operation uses it any more.
   *
   * @param resource as answered by {@link #open}
   */
  void release(long resource);

  /**
   * Lets go of what the scheme keeps for a client whose context has ended, before its memory goes.
   *
   * @param session the client's
   */
  default void forget(PeerSession session) {}

  /**
   * Lets the scheme look at its own sources, once a turn of the reactor.
   *
   * @return whether there was work
   */
  default boolean poll() {
    return false;
  }

  /**
   * The reactor wants to sleep. The scheme makes sure that a descriptor that it {@link
   * Services#watch watches} becomes readable when {@link #poll} would have work.
   *
   * @return whether there is work already, so that the reactor must not sleep
   */
  default boolean prepareToSleep() {
    return false;
  }

  /**
   * How long the reactor may sleep at most before it calls {@link #poll}, where the scheme must
   * look for what no descriptor tells of, such as a device that does not answer.
   *
   * @return nanoseconds, or 0 where it may sleep for ever
   */
  default long longestSleepNanos() {
    return 0;
  }

  /** All entries claimed on the kernel ring have been handed to the kernel. */
  default void submitted() {}

  /**
   * Counters of this scheme.
   *
   * @return {@code "name": number} pairs of JSON, without braces; may be empty
   */
  default String counters() {
    return "";
  }

  /** Ends the scheme; no operation is pending any more. */
  @Override
  void close();
}
