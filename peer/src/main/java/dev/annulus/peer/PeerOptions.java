// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import java.util.Objects;

/**
 * What a client asks for when it attaches.
 *
 * @param credit operations in flight at most, 1 to 32768; the server may grant fewer
 * @param waiting what to do while there is nothing to reap
 * @param spinNanos how long {@link WaitStrategy#ADAPTIVE} spins before it sleeps
 * @param attachMillis how long to wait for the server's answer when attaching and sharing
 * @param sqArray whether to ask for an indirect SQ array, with which claimed entries can change
 *     places ({@link dev.annulus.ring.Producer#swap}); a server may do without
 */
public record PeerOptions(
    int credit, WaitStrategy waiting, long spinNanos, long attachMillis, boolean sqArray) {
  /** 64 operations in flight, adaptive waiting with 20 µs of spinning, 5 s to attach. */
  public static final PeerOptions DEFAULT =
      new PeerOptions(64, WaitStrategy.ADAPTIVE, 20_000, 5_000);

  /** The most operations in flight that can be asked for. */
  public static final int MAX_CREDIT = 1 << 15;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public PeerOptions {
    Objects.requireNonNull(waiting);
    if (credit < 1 || credit > MAX_CREDIT) {
      throw new IllegalArgumentException("credit " + credit + ": must be 1 to " + MAX_CREDIT);
    }
    if (spinNanos < 0 || attachMillis < 1) {
      throw new IllegalArgumentException("times must not be negative");
    }
  }

  /**
   * Without an indirect SQ array.
   *
   * @param credit operations in flight at most, 1 to 32768
   * @param waiting what to do while there is nothing to reap
   * @param spinNanos how long {@link WaitStrategy#ADAPTIVE} spins before it sleeps
   * @param attachMillis how long to wait for the server's answer when attaching and sharing
   */
  public PeerOptions(int credit, WaitStrategy waiting, long spinNanos, long attachMillis) {
    this(credit, waiting, spinNanos, attachMillis, false);
  }

  /**
   * The same with another credit.
   *
   * @param operations in flight at most
   * @return changed options
   */
  public PeerOptions withCredit(int operations) {
    return new PeerOptions(operations, waiting, spinNanos, attachMillis, sqArray);
  }

  /**
   * The same with another strategy.
   *
   * @param strategy what to do while there is nothing to reap
   * @return changed options
   */
  public PeerOptions withWaiting(WaitStrategy strategy) {
    return new PeerOptions(credit, strategy, spinNanos, attachMillis, sqArray);
  }

  /**
   * The same with or without an indirect SQ array.
   *
   * @param wanted whether to ask for it
   * @return changed options
   */
  public PeerOptions withSqArray(boolean wanted) {
    return new PeerOptions(credit, waiting, spinNanos, attachMillis, wanted);
  }
}
