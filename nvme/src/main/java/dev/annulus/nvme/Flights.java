// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Operations that a queue pair carries out at once for clients: whose each is, what it will be
 * answered with, and which blocks it writes. For the queue's owner alone; made once, for as many as
 * there can be.
 */
final class Flights {
  private final long[] tokens;
  private final int[] bytes;
  private final int[] nsids;
  private final long[] firsts;
  private final long[] ends;
  private final int[] free;
  private int freeCount;

  /** For a queue of so many commands in flight. */
  Flights(int depth) {
    tokens = new long[depth];
    bytes = new int[depth];
    nsids = new int[depth];
    firsts = new long[depth];
    ends = new long[depth];
    free = new int[depth];
    for (int i = 0; i < depth; i++) {
      free[i] = i;
    }
    freeCount = depth;
  }

  /** The number that the next to begin will have, or -1 where there are as many as there can be. */
  int next() {
    return freeCount == 0 ? -1 : free[freeCount - 1];
  }

  /**
   * The {@link #next} operation is under way, and writes some blocks: none where first and end are
   * the same.
   */
  void begin(long token, int count, int nsid, long first, long end) {
    int flight = free[--freeCount];
    tokens[flight] = token;
    bytes[flight] = count;
    nsids[flight] = nsid;
    firsts[flight] = first;
    ends[flight] = end;
  }

  void end(int flight) {
    ends[flight] = firsts[flight];
    free[freeCount++] = flight;
  }

  /** What the client knows it by; also just after its end. */
  long token(int flight) {
    return tokens[flight];
  }

  /** How many bytes it moves; also just after its end. */
  int bytes(int flight) {
    return bytes[flight];
  }

  /** Whether one of them writes any of some blocks. Looks at all. */
  boolean writes(int nsid, long first, long end) {
    for (int i = 0; i < ends.length; i++) {
      if (ends[i] > first && firsts[i] < end && nsids[i] == nsid && ends[i] > firsts[i]) {
        return true;
      }
    }
    return false;
  }
}
