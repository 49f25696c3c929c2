// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.uring.Ring;

/** What a reactor offers to its schemes. For the reactor's thread alone. */
public interface Services {
  /**
   * Completes an operation that was {@link Scheme#PENDING}. A token that is not pending is ignored
   * and counted: a device may have made it up.
   *
   * @param token the request's
   * @param result at least 0, or {@code -errno}; for an open, the resource
   */
  void complete(long token, long result);

  /**
   * What {@link Request#note} left in an operation's record.
   *
   * @param token the request's
   * @return the number, or 0 where no such operation is pending
   */
  int note(long token);

  /**
   * The reactor's ring to the kernel. Entries that a scheme claims there carry a request's token as
   * user data, or {@link #IGNORED}.
   *
   * @return the ring
   */
  Ring ring();

  /** User data of an entry whose completion nobody needs. */
  long IGNORED = 0xff00_0000_0000_0000L;

  /**
   * Claims an entry of the kernel ring; hands what is claimed to the kernel first where it is full.
   *
   * @return the entry's offset in {@code ring().entries()}, or -1 when there is no room now
   */
  long claim();

  /**
   * Wakes the reactor, and so lets {@link Scheme#poll} look, whenever an eventfd is signalled.
   *
   * @param eventfd the descriptor, non-blocking; stays the scheme's
   */
  void watch(int eventfd);
}
