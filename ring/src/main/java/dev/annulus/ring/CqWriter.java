// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

/**
 * Writes completions into a queue to another process, plain where the result fits 32 bits, extended
 * where not; see {@link CqReader}. Belongs to the producer's thread; {@link Producer#publish} makes
 * what was written visible, all halves of it at once.
 */
public final class CqWriter {
  private final Producer cq;
  private final long lastSlot;

  /**
   * Writes to a queue.
   *
   * @param cq the completion queue
   */
  public CqWriter(Producer cq) {
    this.cq = cq;
    lastSlot = cq.entries() - 1L;
  }

  /**
   * The entries of a completion queue that has room for the completions of so many operations,
   * extended ones too; see {@link CqReader#operationsFor}.
   *
   * @param operations in flight at most, at least 1
   * @return a power of two, more than twice as many
   */
  public static int entriesFor(int operations) {
    return Integer.highestOneBit(2 * operations) << 1;
  }

  /**
   * Writes the completion of an operation.
   *
   * @param userData the submission's user data
   * @param result any number from 0 on, or {@code -errno}
   * @return false where the queue has no room
   * @throws RingViolationException where the consumer wrote a head that cannot be true
   */
  public boolean post(long userData, long result) {
    if ((int) result != result) {
      return postExtended(userData, -Errno.EOVERFLOW, result, 0);
    }
    long at = cq.claim();
    if (at < 0) {
      return false;
    }
    CqEntry.fill(cq.slots(), at, userData, (int) result, 0);
    return true;
  }

  /**
   * Writes an extended completion, and a filler before it where it would begin in the last slot.
   *
   * @param userData the submission's user data
   * @param res what the entry's first half says
   * @param extra1 {@code big_cqe[0]}
   * @param extra2 {@code big_cqe[1]}
   * @return false where the queue has no room for all of it
   * @throws RingViolationException where the consumer wrote a head that cannot be true
   */
  public boolean postExtended(long userData, int res, long extra1, long extra2) {
    boolean filled = (cq.tail() & lastSlot) == lastSlot;
    int needed = filled ? 3 : 2;
    if (cq.free() < needed && cq.refreshFree() < needed) {
      return false;
    }
    if (filled) {
      CqEntry.fill(cq.slots(), cq.claim(), 0, 0, CqEntry.IORING_CQE_F_SKIP);
    }
    long at = cq.claim();
    cq.claim();
    CqEntry.fillExtended(cq.slots(), at, userData, res, extra1, extra2);
    return true;
  }
}
