// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

/**
 * The notification rule: a waiter is woken exactly when a publish passes the index it waits for.
 */
final class Notify {
  private Notify() {}

  /**
   * Whether moving the tail from {@code before} to {@code now} passed {@code event}: the event
   * index lies in [before, now). By subtraction, so that passing 2^63 and 2^64 is no event; an
   * index that was passed long ago, or never written, lies outside and means that nobody waits.
   */
  static boolean crossed(long event, long before, long now) {
    return Long.compareUnsigned(event - before, now - before) < 0;
  }
}
