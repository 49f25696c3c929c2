// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Both doorbells of a queue: written only where the value has changed and, with shadow doorbells,
 * only where the device wants to be told; and counted. For the queue's owner alone.
 */
final class Doorbells {
  private final Transport transport;
  private final int id;

  /** Null where the device has only doorbells. */
  private ShadowDoorbells shadow;

  /** How many completions may be read before a doorbell that the device wants is written. */
  private int patience = 1;

  private int mask;

  /** Completions read since the device first wanted to be told, and was not. */
  private int owed;

  private long tailOffset;
  private long headOffset;

  /** What the device knows or can read. */
  private int toldTail;

  private int toldHead;

  /**
   * Whether the device was not rung since that changed. A flag, since the values come round: one
   * that was rung for a queue's length ago is the same.
   */
  private boolean silentTail;

  private boolean silentHead;
  private long tails;
  private long heads;
  private long updates;
  private long insisted;

  Doorbells(Transport transport, int id) {
    this.transport = transport;
    this.id = id;
  }

  /**
   * Uses shadow doorbells from now on, or none; the device does not have the queue.
   *
   * <p>Where completions are polled, the completion queue's doorbell can wait. A device finds in
   * the shadow how far the queue was read when it looks for room. Only one that found none sleeps
   * until it is rung; then as many completions as the queue has can be read, so that half of them
   * will be.
   *
   * @param entries of the queue, a power of two
   */
  void shadow(ShadowDoorbells all, int entries, boolean polled) {
    shadow = all;
    mask = entries - 1;
    patience = polled && all != null ? entries / 2 : 1;
    if (all != null) {
      tailOffset = all.tailOffset(id);
      headOffset = all.headOffset(id);
      all.clear(tailOffset);
      all.clear(headOffset);
    }
  }

  /** Tells the device how far the submission queue is filled: one doorbell write, or none. */
  void tail(int tail) throws NvmeException {
    if (tail != toldTail) {
      int old = toldTail;
      toldTail = tail;
      silentTail = true;
      if (shadow == null || wanted(tailOffset, old, tail)) {
        writeTail();
      }
    }
  }

  /** Tells the device how far the completion queue was read: one doorbell write, or none. */
  void head(int head) throws NvmeException {
    if (head != toldHead) {
      int old = toldHead;
      toldHead = head;
      silentHead = true;
      if (shadow == null || wanted(headOffset, old, head) || owed > 0) {
        owed += head - old & mask;
        if (owed >= patience || shadow == null) {
          writeHead();
        }
      }
    }
  }

  private boolean wanted(long offset, int old, int value) {
    updates++;
    return shadow.update(offset, old, value);
  }

  private void writeTail() throws NvmeException {
    tails++;
    silentTail = false;
    transport.submissionDoorbell(id, toldTail);
  }

  private void writeHead() throws NvmeException {
    heads++;
    owed = 0;
    silentHead = false;
    transport.completionDoorbell(id, toldHead);
  }

  /** Writes the doorbells of which the device should have found the shadows by itself. */
  void insist() throws NvmeException {
    if (silentTail) {
      insisted++;
      writeTail();
    }
    if (silentHead) {
      insisted++;
      writeHead();
    }
  }

  /** The tail that the device was last told of. */
  int toldTail() {
    return toldTail;
  }

  /** Writes of the tail's doorbell. */
  long tails() {
    return tails;
  }

  /** Writes of the head's doorbell. */
  long heads() {
    return heads;
  }

  /** Values that were stored in shadow doorbells. */
  long updates() {
    return updates;
  }

  /** Writes by {@link #insist}: 0 unless the device is slow, or misses what it was told. */
  long insisted() {
    return insisted;
  }

  /** The device has lost the queue: both are 0 again. */
  void restart() {
    toldTail = 0;
    toldHead = 0;
    silentTail = false;
    silentHead = false;
    owed = 0;
  }
}
