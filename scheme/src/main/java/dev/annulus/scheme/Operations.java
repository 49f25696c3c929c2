// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.peer.BufferPool;
import dev.annulus.peer.PeerRing;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Producer;
import dev.annulus.ring.RingViolationException;
import dev.annulus.ring.SqEntry;
import java.util.Arrays;

/**
 * A client's operations in flight: the tag of each, and the buffer that it holds until it is
 * complete. On the ring it has a number of ours, used once: so the host can neither complete what
 * is not in flight, nor anything twice, and a buffer is dropped once.
 */
final class Operations implements CompletionHandler {
  /** Stands for no buffer. */
  static final long NO_LEASE = -1;

  /** {@link dev.annulus.peer.PeerOptions#MAX_CREDIT} slots at most. */
  private static final int SLOT_BITS = 16;

  private final BufferPool pool;
  private final Producer sq;
  private final long[] numbers;
  private final long[] tags;
  private final long[] leases;
  private final int[] free;
  private int frees;

  /** Grows by one an operation; 48 bits last for years. */
  private long sequence;

  private CompletionHandler handler;

  Operations(PeerRing ring, BufferPool pool) {
    this.pool = pool;
    sq = ring.sq();
    int credit = ring.credit();
    numbers = new long[credit];
    tags = new long[credit];
    leases = new long[credit];
    free = new int[credit];
    Arrays.setAll(free, i -> credit - 1 - i);
    frees = credit;
  }

  boolean full() {
    return frees == 0;
  }

  int inFlight() {
    return free.length - frees;
  }

  /**
   * Claims an entry for an operation, which holds its buffer already. Answers where it stands, or
   * -1 where credit is used up.
   */
  long claim(int opcode, int handle, long off, long addr, int length, long lease, long tag) {
    if (full()) {
      return -1;
    }
    long number = begin(tag, lease);
    long slot = sq.claim();
    if (slot < 0) {
      throw new RingViolationException(
          "sq_head", "the host completed entries that it did not take: close this client");
    }
    SqEntry.fill(sq.slots(), slot, opcode, handle, off, addr, length, number);
    if (lease != NO_LEASE) {
      SqEntry.bufIndex(sq.slots(), slot, pool.region(lease));
    }
    return slot;
  }

  /** Answers the operation's {@code user_data}. */
  private long begin(long tag, long lease) {
    int slot = free[--frees];
    numbers[slot] = ++sequence << SLOT_BITS | slot;
    tags[slot] = tag;
    leases[slot] = lease;
    return numbers[slot];
  }

  /** The {@code user_data} of an operation with a tag, or 0, which none has. Looks at all. */
  long find(long tag) {
    for (int slot = 0; slot < numbers.length; slot++) {
      if (numbers[slot] != 0 && tags[slot] == tag) {
        return numbers[slot];
      }
    }
    return 0;
  }

  /** Who is told of completions from here on. */
  Operations tell(CompletionHandler client) {
    handler = client;
    return this;
  }

  @Override
  public void completed(long number, int result, int flags) {
    long tag = end(number, flags);
    handler.completed(tag, result, flags);
  }

  @Override
  public void completedExtended(long number, int result, int flags, long extra1, long extra2) {
    long tag = end(number, flags);
    handler.completedExtended(tag, result, flags, extra1, extra2);
  }

  /** Answers the operation's tag; it is over, and drops its buffer, if no more is to come. */
  private long end(long number, int flags) {
    int slot = (int) number & (1 << SLOT_BITS) - 1;
    if (number == 0 || slot >= numbers.length || numbers[slot] != number) {
      throw new RingViolationException(
          "user_data",
          "the host completed operation 0x"
              + Long.toHexString(number)
              + ", which is not in flight: close this client");
    }
    if ((flags & CqEntry.IORING_CQE_F_MORE) == 0) {
      end(slot);
    }
    return tags[slot];
  }

  private void end(int slot) {
    numbers[slot] = 0;
    free[frees++] = slot;
    if (leases[slot] != NO_LEASE) {
      pool.drop(leases[slot]);
    }
  }

  /** The session is over and no completion is left: what is in flight is lost. */
  void lost() {
    for (int slot = 0; slot < numbers.length; slot++) {
      if (numbers[slot] != 0) {
        end(slot);
      }
    }
  }
}
