// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.Operation;

/**
 * Operations one after the other, each when the one before has succeeded, with one completion in
 * all: the last one's, or that of the one that failed ({@code IOSQE_IO_LINK}, {@code
 * IOSQE_CQE_SKIP_SUCCESS}; Linux 5.17).
 *
 * <p>So a chain counts as one operation in flight. Entries with these flags that are written by
 * hand could not be counted: which of them complete depends on where a chain breaks.
 *
 * <p>Source: {@code io_uring_enter(2)}.
 */
public final class SilentChain {
  private static final int LINKS = SqEntry.IOSQE_IO_LINK | SqEntry.IOSQE_IO_HARDLINK;
  private static final int SILENT = SqEntry.IOSQE_IO_LINK | SqEntry.IOSQE_CQE_SKIP_SUCCESS;
  private static final int ENDLESS = LINKS | SqEntry.IOSQE_IO_DRAIN;

  private SilentChain() {}

  /**
   * Claims and writes the entries of a chain. They go to the kernel with the next {@link
   * Ring#submit}, all or none.
   *
   * <p>A result that is less than was asked for, such as that of a short read, breaks the chain
   * too. A chain that the kernel refuses as malformed completes with {@code -ECANCELED} for its
   * first operation. After the first chain, the ring refuses {@code IOSQE_IO_DRAIN} with {@code
   * -EOPNOTSUPP}.
   *
   * @param ring which executes them; its owner calls
   * @param tag user data of the first operation, those after it have the next numbers
   * @param operations at least two; each completes once, and none has links or drains
   * @return false where the queue has no room for all of them: submit, or reap first
   * @throws IllegalArgumentException where one does not belong into a chain, or they are more than
   *     the queue has entries
   * @throws IllegalStateException where the entry before was claimed with a link, to this chain
   */
  public static boolean queue(KernelRing ring, long tag, Operation... operations) {
    check(ring, operations);
    if (ring.lastClaimedHas(LINKS)) {
      throw new IllegalStateException("the entry before is linked to this chain");
    }
    int claimed = 0;
    boolean whole = false;
    try {
      for (Operation operation : operations) {
        long at = ring.claim();
        if (at < 0) {
          return false;
        }
        claimed++;
        operation.prepare(ring.entries(), at, tag + claimed - 1);
        int flags = SqEntry.flags(ring.entries(), at);
        if ((flags & ENDLESS) != 0) {
          throw new IllegalArgumentException(operation + " has links or drains of its own");
        }
        SqEntry.flags(ring.entries(), at, claimed < operations.length ? flags | SILENT : flags);
      }
      whole = true;
    } finally {
      for (int i = 0; !whole && i < claimed; i++) {
        ring.unclaim();
      }
    }
    ring.count(1L - operations.length); // all but one complete without an entry of their own
    return true;
  }

  private static void check(KernelRing ring, Operation[] operations) {
    int most = Math.min(ring.info().entries(), ring.capacity());
    if (operations.length < 2 || operations.length > most) {
      throw new IllegalArgumentException(
          operations.length + " operations in a chain: must be 2 to " + most);
    }
    for (Operation operation : operations) {
      if (operation.opcode() == Opcode.LINK_TIMEOUT
          || operation.opcode() == Opcode.SEND_ZC
          || operation.opcode() == Opcode.SENDMSG_ZC) {
        throw new IllegalArgumentException(
            operation + " completes apart from what it is linked to");
      }
    }
  }
}
