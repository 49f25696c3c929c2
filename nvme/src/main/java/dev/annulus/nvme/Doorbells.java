// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Both doorbells of a queue: written only where the value has changed, and counted. For the queue's
 * owner alone.
 */
final class Doorbells {
  private final Transport transport;
  private final int id;
  private int rungTail;
  private int rungHead;
  private long tails;
  private long heads;

  Doorbells(Transport transport, int id) {
    this.transport = transport;
    this.id = id;
  }

  /** Tells the device how far the submission queue is filled: one doorbell write, or none. */
  void tail(int tail) throws NvmeException {
    if (tail != rungTail) {
      rungTail = tail;
      tails++;
      transport.submissionDoorbell(id, tail);
    }
  }

  /** Tells the device how far the completion queue was read: one doorbell write, or none. */
  void head(int head) throws NvmeException {
    if (head != rungHead) {
      rungHead = head;
      heads++;
      transport.completionDoorbell(id, head);
    }
  }

  /** The tail that the device was last told of. */
  int rungTail() {
    return rungTail;
  }

  /** Writes of the tail's doorbell. */
  long tails() {
    return tails;
  }

  /** Writes of the head's doorbell. */
  long heads() {
    return heads;
  }

  /** The device has lost the queue: both are 0 again. */
  void restart() {
    rungTail = 0;
    rungHead = 0;
  }
}
