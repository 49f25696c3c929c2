// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

/** The regions of a pool, and which of them has how much room, found in a constant time. */
final class PoolRegions {
  /** One bit each in a word. */
  static final int MAX = Long.SIZE;

  private final Region[] regions = new Region[MAX];
  private final Buddy[] buddies = new Buddy[MAX];
  private int count;
  private long bytes;

  /** Bit <i>r</i> of element <i>v</i>: {@link Buddy#largest} of region <i>r</i> is <i>v</i>. */
  private final long[] having = new long[Integer.SIZE];

  /** Bit <i>v</i>: element <i>v</i> of {@link #having} is not 0. */
  private int some;

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  void add(Region region, int granule) {
    regions[count] = region;
    buddies[count] = new Buddy((int) (region.size() / granule));
    bytes += region.size();
    move(count++, 0);
  }

  /** A region with a free block of an order, the one with the least; or -1. */
  int with(int order) {
    int enough = some & -2 << order;
    return enough == 0
        ? -1
        : Long.numberOfTrailingZeros(having[Integer.numberOfTrailingZeros(enough)]);
  }

  Region region(int index) {
    return regions[index];
  }

  int take(int index, int order, int granules) {
    int before = buddies[index].largest();
    int first = buddies[index].take(order, granules);
    move(index, before);
    return first;
  }

  void give(int index, int first, int order, int granules) {
    int before = buddies[index].largest();
    buddies[index].give(first, order, granules);
    move(index, before);
  }

  /** What a region has at most was {@code before}. */
  private void move(int index, int before) {
    int now = buddies[index].largest();
    if (now == before) {
      return;
    }
    having[before] &= ~(1L << index);
    having[now] |= 1L << index;
    if (having[before] == 0) {
      some &= ~(1 << before);
    }
    some |= 1 << now;
  }
}
