// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.Arrays;

/**
 * The Asynchronous Event Requests of an admin queue: how many are outstanding, and what those were
 * answered with that have come back. Under the admin queue's lock.
 *
 * <p>A request that came back is not sent again by itself, so that a device which answers at once,
 * for ever, is heard no more often than somebody asks.
 */
final class EventRequests {
  /** The most that are of use: a controller tells one event of a type at a time. */
  static final int MOST = 8;

  /** Every token below 0 is an event request's. */
  private static final long TOKEN = -1;

  private final CommandQueue queue;
  private final int[] results = new int[2 * MOST];
  private int came;
  private int outstanding;

  /** How many the controller has refused; so many fewer are sent. */
  private int refused;

  EventRequests(CommandQueue queue) {
    this.queue = queue;
  }

  void completed(int status, int result) {
    outstanding--;
    if (status != NvmeStatus.SUCCESS) {
      refused++;
    } else if (came < results.length) {
      results[came++] = result;
    }
  }

  /** What has come, dword 0 of each completion, oldest first. */
  int[] take() {
    int[] all = Arrays.copyOf(results, came);
    came = 0;
    return all;
  }

  /** Sends requests until so many are outstanding. */
  void request(int number) throws NvmeException {
    int wanted = Math.min(number, MOST) - refused;
    while (outstanding < wanted
        && came + outstanding < results.length
        && queue.submit(AdminOpcode.ASYNC_EVENT, 0, 0, 0, 0, 0, 0, TOKEN)) {
      outstanding++;
    }
    queue.ring();
  }

  /** The device has lost them. */
  void restart() {
    outstanding = 0;
    refused = 0;
  }
}
