// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Reads completions, plain and extended, from a queue that the kernel or another process fills: the
 * one decoder of them all.
 *
 * <p>Belongs to the consumer's thread. Each word of an entry is read once. An extended entry is two
 * slots that follow each other in memory; where it would begin in the last slot, a filler stands
 * there, and it begins in the first. Filler and entry become visible by one store of the tail, so
 * what is not whole, or stands in a wrong place, is a violation of the other end's. Where slots
 * have 32 bytes, every entry is extended, and there are no fillers.
 *
 * <p>Source: {@code linux/io_uring.h} of Linux 6.18, {@code IORING_SETUP_CQE_MIXED}.
 */
public final class CqReader {
  /** What makes an entry other than the last and plain completion of its operation. */
  private static final int UNUSUAL =
      CqEntry.IORING_CQE_F_MORE | CqEntry.IORING_CQE_F_SKIP | CqEntry.IORING_CQE_F_32;

  private final Consumer cq;
  private final MemorySegment slots;
  private final long lastSlot;

  /** The slots have 32 bytes: every entry is extended ({@code IORING_SETUP_CQE32}). */
  private final boolean allExtended;

  /** The head where every slot taken was the last completion of an operation. */
  private long surplus;

  /**
   * Reads a queue from where its consumer stands.
   *
   * @param cq the completion queue; entries taken from it by {@link Consumer#next} count as plain
   */
  public CqReader(Consumer cq) {
    this.cq = cq;
    slots = cq.slots();
    lastSlot = cq.entries() - 1L;
    allExtended = cq.entrySize() == CqEntry.EXTENDED_SIZE;
    surplus = cq.head();
  }

  /**
   * Takes completions. Their slots are the producer's again after {@link Consumer#release}, which
   * is the caller's to call, also where this throws.
   *
   * @param handler called for each; what it throws comes out of here, and the completions after it
   *     remain to be taken
   * @param ready slots that can be taken: what {@link Consumer#available} or {@link
   *     Consumer#refresh} just answered
   * @param most completions at most
   * @return how many completions were taken: fewer than slots where some are extended
   * @throws RingViolationException where the producer wrote a lone half of an extended entry, or a
   *     filler elsewhere than in the last slot
   */
  public int take(CompletionHandler handler, int ready, int most) {
    long end = cq.head() + ready;
    int limit = Math.min(ready, most);
    if (allExtended) {
      return takeExtended(handler, limit);
    }
    int taken = 0;
    while (taken < limit) {
      long at = cq.nextInOrder();
      MemorySegment entry = slots.asSlice(at, CqEntry.SIZE); // one check of bounds for both
      long userData = entry.get(JAVA_LONG, CqEntry.USER_DATA);
      long both = entry.get(JAVA_LONG, CqEntry.RES); // res, and flags above it: one load
      int flags = (int) (both >>> 32);
      if ((flags & UNUSUAL) == 0) {
        taken++;
        handler.completed(userData, (int) both, flags);
      } else {
        taken += unusual(handler, at, userData, both, end);
        limit = (int) Math.min(most, taken + (end - cq.head()));
      }
    }
    return taken;
  }

  /** Of slots that have room for the whole of it. */
  private int takeExtended(CompletionHandler handler, int limit) {
    for (int taken = 0; taken < limit; taken++) {
      long at = cq.nextInOrder();
      long both = slots.get(JAVA_LONG, at + CqEntry.RES);
      if (((int) (both >>> 32) & CqEntry.IORING_CQE_F_MORE) != 0) {
        surplus++;
      }
      extended(handler, at, CqEntry.userData(slots, at), both);
    }
    return Math.max(limit, 0);
  }

  /** Kept out of the loop above. Answers how many completions that was: a filler is none. */
  private int unusual(CompletionHandler handler, long at, long userData, long both, long end) {
    int flags = (int) (both >>> 32);
    if ((flags & CqEntry.IORING_CQE_F_SKIP) != 0) {
      filler(flags);
      return 0;
    }
    if ((flags & CqEntry.IORING_CQE_F_MORE) != 0) {
      surplus++;
    }
    if ((flags & CqEntry.IORING_CQE_F_32) != 0) {
      secondHalf(end);
      extended(handler, at, userData, both);
    } else {
      handler.completed(userData, (int) both, flags);
    }
    return 1;
  }

  /** Whether the slot taken last is the queue's last: what begins there cannot go on behind it. */
  private boolean inLastSlot() {
    return (cq.head() - 1 & lastSlot) == lastSlot;
  }

  private void filler(int flags) {
    if (!inLastSlot() || flags != CqEntry.IORING_CQE_F_SKIP) {
      throw violation("a filler (IORING_CQE_F_SKIP) elsewhere than alone in the last slot");
    }
    surplus++;
  }

  /** Takes the second slot of an extended entry, which must lie below the index where all ends. */
  private void secondHalf(long end) {
    if (inLastSlot()) {
      throw violation("an extended completion (IORING_CQE_F_32) that begins in the last slot");
    }
    if (cq.head() == end) {
      throw violation("half of an extended completion (IORING_CQE_F_32)");
    }
    cq.nextInOrder();
    surplus++;
  }

  private void extended(CompletionHandler handler, long at, long userData, long both) {
    // Of the same segment as the first half: secondHalf, or the slot's size, has it within that.
    long extra1 = CqEntry.extra1(slots, at);
    long extra2 = CqEntry.extra2(slots, at);
    handler.completedExtended(userData, (int) both, (int) (both >>> 32), extra1, extra2);
  }

  /**
   * So many operations may be in flight that a queue has room for all their completions, extended
   * ones too: two slots each, and one filler between them, for a window no longer than the queue
   * has one last slot.
   *
   * @param entries of the completion queue, a power of two
   * @return at least 0
   */
  public static int operationsFor(int entries) {
    return (entries - 1) / 2;
  }

  private static RingViolationException violation(String what) {
    return new RingViolationException(
        "cqe", "the other end of the ring posted " + what + ": the session is over");
  }

  /**
   * Operations whose last completion was taken since this reader was made: of the slots taken, not
   * those that are fillers, second halves, or say that the operation will complete again.
   *
   * @return a count that only grows, modulo 2^64
   */
  public long completed() {
    return cq.head() - surplus;
  }
}
