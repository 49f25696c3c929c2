// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import java.util.Arrays;

/**
 * Which granules of a region are free: a binary tree over the region, one byte a node, that says
 * how large the largest free block below each node is.
 *
 * <p>A block of order <i>o</i> is 2^<i>o</i> granules at a multiple of 2^<i>o</i>. What is taken is
 * the start of a block, cut off after as many granules as were asked for: so nothing but the rest
 * of the last granule is lost inside. Two free halves are a free whole by what the tree says: there
 * is no list to keep and no merging to do.
 *
 * <p><b>Steps.</b> Let the tree have 2^<i>h</i> leaves. {@link #take} goes down from the root to a
 * block and on to the end of what is taken, at most <i>h</i> steps together, then up to the root,
 * <i>h</i> steps. {@link #give} goes the second part of that way. So neither visits more than
 * 2<i>h</i> + 1 nodes, whatever is free; the test counts them.
 *
 * <p>The tree lies on the heap: nothing of it is in memory that another process can write.
 */
final class Buddy {
  /** The most granules: the tree is an array of twice as many bytes. */
  static final int MAX_GRANULES = 1 << 29;

  /**
   * In heap order: the halves of node <i>n</i> are 2<i>n</i> and 2<i>n</i> + 1, the root is 1. A
   * node's value is 0 where nothing is free in it, else 1 + the order of the largest free block.
   *
   * <p>Where a node is wholly free or was taken as a whole, all nodes below it have their highest
   * value: so giving back a whole is one store.
   */
  private final byte[] tree;

  /** Order of the root. */
  private final int height;

  private long steps;

  /** Makes the tree of a region, all free. Allocates and fills two bytes a leaf. */
  Buddy(int granules) {
    height = order(granules);
    int leaves = 1 << height;
    tree = new byte[2 * leaves];
    Arrays.fill(tree, leaves, leaves + granules, (byte) 1);
    for (int node = leaves - 1; node >= 1; node--) {
      int order = height - (31 - Integer.numberOfLeadingZeros(node));
      tree[node] = (byte) whole(tree[2 * node], tree[2 * node + 1], order);
    }
  }

  /** The order of the smallest block that holds so many granules. */
  static int order(int granules) {
    return 32 - Integer.numberOfLeadingZeros(granules - 1);
  }

  /** 0 where nothing is free, else 1 + the order of the largest free block. */
  int largest() {
    return tree[1];
  }

  /**
   * Takes the start of the free block with the lowest address.
   *
   * @param order the block's; it lies at a multiple of its size
   * @param count granules to take, 1 to 2^order
   * @return the first granule, or -1 where no block of that order is free
   */
  int take(int order, int count) {
    int wanted = order + 1;
    if (tree[1] < wanted) {
      return -1;
    }
    int node = 1;
    for (int at = height; at > order; at--) {
      // The half with the lower addresses that has room: the other keeps its large blocks.
      node <<= 1;
      node += tree[node] < wanted ? 1 : 0;
    }
    steps += height - order;
    set(node, order, count, false);
    return (node << order) - (1 << height);
  }

  /** Gives back what was taken with the same order and count. */
  void give(int first, int order, int count) {
    set((first + (1 << height)) >> order, order, count, true);
  }

  /** Marks the first granules of a block; the rest of the block stays as it is: free. */
  private void set(int block, int order, int count, boolean free) {
    int node = block;
    int at = order;
    int rest = count;
    while (rest < 1 << at) {
      node <<= 1;
      at--;
      if (rest > 1 << at) {
        tree[node] = mark(at, free);
        node++;
        rest -= 1 << at;
      }
    }
    int down = order - at;
    tree[node] = mark(at, free);
    steps += down + 1 + up(node, at, order);
  }

  /** Corrects the nodes above one that has changed; answers how many it looked at. */
  private int up(int from, int fromOrder, int blockOrder) {
    int node = from;
    int at = fromOrder;
    int value = tree[node];
    while (node > 1) {
      value = whole(value, tree[node ^ 1], ++at);
      node >>>= 1;
      if (value == tree[node] && at >= blockOrder) {
        break; // further up nothing changes; below the block, both halves may have
      }
      tree[node] = (byte) value;
    }
    return at - fromOrder;
  }

  private static byte mark(int order, boolean free) {
    return (byte) (free ? order + 1 : 0);
  }

  /** What a node of an order is by its halves: two that are free are one that is. */
  private static int whole(int half, int other, int order) {
    return half == order && other == order ? order + 1 : Math.max(half, other);
  }

  /** Nodes visited by all calls so far, for the test of the bound. */
  long steps() {
    return steps;
  }
}
