// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ffi.Events;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.Ring;
import dev.annulus.uring.op.PollAdd;

/**
 * Sleeps in a kernel ring of the caller's, which has a poll of the eventfd then; so one call waits
 * for the device, and for files and sockets.
 */
final class RingSleeper implements Sleeper {
  private static final int REAP_AT_ONCE = 256;

  /** Where the ring has no room for the poll, a signal ends no sleep: so it is short. */
  private static final long UNARMED_NANOS = 100_000;

  private final int eventfd;
  private final Ring ring;
  private final long tag;
  private final CompletionHandler others;
  private final CompletionHandler handler = this::reaped;

  /** Whether the ring has the poll, or will with the next call. */
  private boolean armed;

  private boolean anyOther;

  /** Why the ring does not poll, such as one for IOPOLL; an error number, or 0. */
  private int failure;

  RingSleeper(int eventfd, Ring ring, long tag, CompletionHandler others) {
    this.eventfd = eventfd;
    this.ring = ring;
    this.tag = tag;
    this.others = others;
  }

  /**
   * The poll that is there stays. One that is new fires at once where the eventfd was signalled
   * since it was last set to 0, which is before the look that follows each sleep.
   */
  @Override
  public void arm() throws NvmeException {
    if (armed) {
      return;
    }
    long at = ring.claim();
    if (at < 0) {
      handOver();
      at = ring.claim();
    }
    if (at >= 0) {
      PollAdd.prep(ring.entries(), at, eventfd, Events.EPOLLIN, 0, tag);
      armed = true;
    }
  }

  private void handOver() throws NvmeException {
    try {
      ring.submit();
    } catch (ErrnoException e) {
      throw failed(e);
    }
  }

  @Override
  public boolean sleep(long nanos) throws NvmeException {
    anyOther = false;
    long longest = armed ? nanos : Math.min(nanos, UNARMED_NANOS);
    try {
      ring.await(1, longest == Long.MAX_VALUE ? 0 : longest);
      ring.reap(handler, REAP_AT_ONCE);
    } catch (ErrnoException e) {
      throw failed(e);
    }
    if (failure != 0) {
      throw new NvmeException(
          "POLL_ADD of an interrupt's eventfd: "
              + Errno.describe(failure)
              + ": wait with another ring, or with none");
    }
    return anyOther;
  }

  private void reaped(long userData, int result, int flags) {
    if (userData == tag) {
      armed = false;
      failure = result < 0 ? -result : 0;
      Events.drain(eventfd);
    } else {
      anyOther = true;
      others.completed(userData, result, flags);
    }
  }

  private static NvmeException failed(ErrnoException e) {
    return new NvmeException("waiting in the ring: " + e.getMessage(), e);
  }

  /** Has the poll end, by a signal, since it must not complete into the caller's hands later. */
  @Override
  public void close() {
    while (armed) {
      Events.signal(eventfd);
      try {
        ring.await(1, UNARMED_NANOS);
        ring.reap(handler, REAP_AT_ONCE);
      } catch (ErrnoException e) {
        // The ring cannot be waited in any more; its close ends what it still has.
        armed = false;
      }
    }
  }
}
