// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The table of a pool's leases. A lease is named by a number: 20 bits say where it stands in the
 * table, 32 how many leases stood there before, 11 which pool it is of. So whoever uses one after
 * its end, or in the wrong pool, is found out, and nothing is allocated for a lease.
 */
final class Leases {
  static final int MAX = 1 << 20;
  private static final int GENERATION_SHIFT = 20;
  private static final int POOL_SHIFT = 52;
  private static final int POOLS = 1 << 11;
  private static final int FIRST = 64;
  private static final AtomicInteger POOL = new AtomicInteger();

  private final long pool = (long) (POOL.getAndIncrement() & POOLS - 1) << POOL_SHIFT;
  private final int most;
  private Slice[] slices = {};
  private Slice free;
  private int out;

  Leases(int most) {
    this.most = most;
    grow();
  }

  /** Makes the table longer; answers false where it may not be. Allocates. */
  boolean grow() {
    int length = slices.length;
    if (length == most) {
      return false;
    }
    slices = Arrays.copyOf(slices, Math.min(most, Math.max(FIRST, 2 * length)));
    for (int slot = slices.length - 1; slot >= length; slot--) {
      slices[slot] = new Slice(slot);
      put(slices[slot]);
    }
    return true;
  }

  private void put(Slice slice) {
    slice.next = free;
    free = slice;
  }

  boolean full() {
    return free == null;
  }

  int out() {
    return out;
  }

  /** Leases that the owner has released, or not, and an operation holds. Looks at all. */
  int held() {
    return (int) Arrays.stream(slices).filter(slice -> slice.holds > 0).count();
  }

  /** A record for a new lease; the table is not full. */
  Slice take() {
    Slice slice = free;
    free = slice.next;
    slice.generation++;
    slice.out = true;
    slice.released = false;
    out++;
    return slice;
  }

  /** The lease is over. */
  void give(Slice slice) {
    slice.out = false;
    slice.region = null;
    put(slice);
    out--;
  }

  long name(Slice slice) {
    return pool | Integer.toUnsignedLong(slice.generation) << GENERATION_SHIFT | slice.slot;
  }

  /** The record of a lease that its owner has; throws where there is no such lease. */
  Slice owned(String call, long lease) {
    Slice slice = at(lease);
    if (slice == null || name(slice) != lease || !slice.out || slice.released) {
      throw wrong(call, lease, slice);
    }
    return slice;
  }

  /** The record of a lease that an operation holds, released or not. */
  Slice held(String call, long lease) {
    Slice slice = at(lease);
    if (slice == null || name(slice) != lease || slice.holds == 0) {
      throw wrong(call, lease, slice);
    }
    return slice;
  }

  private Slice at(long lease) {
    int slot = (int) lease & MAX - 1;
    return slot < slices.length ? slices[slot] : null;
  }

  private IllegalStateException wrong(String call, long lease, Slice slice) {
    String what = call + " of lease 0x" + Long.toHexString(lease);
    int generation = (int) (lease >>> GENERATION_SHIFT);
    if (slice == null
        || (lease & -1L << POOL_SHIFT) != pool
        || generation - slice.generation > 0
        || slice.generation == 0) {
      return new IllegalStateException(what + ": it is not a lease of this pool");
    }
    boolean current = generation == slice.generation;
    if (current && slice.out && !slice.released) {
      return new IllegalStateException(what + ": no operation holds it (dropped twice?)");
    }
    return new IllegalStateException(
        what
            + ": it was released before"
            + (call.equals("release") ? " (double release)" : " (use after release)")
            + (current && slice.out ? "; operations in flight still hold it" : ""));
  }
}
