// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What a device can reach: address ranges and the memory behind them, as an IOMMU's table.
 * Immutable, so that the device reads it without a lock; a change makes a new one.
 */
final class DmaTable {
  static final DmaTable EMPTY = new DmaTable(new long[0], new MemorySegment[0]);

  /** First address of each range, ascending; ranges do not overlap. */
  private final long[] starts;

  private final long[] sizes;
  private final MemorySegment[] segments;

  private DmaTable(long[] starts, MemorySegment[] segments) {
    this.starts = starts;
    this.segments = segments;
    sizes = Arrays.stream(segments).mapToLong(MemorySegment::byteSize).toArray();
  }

  /** The table with one more range, above all others. */
  DmaTable with(long iova, MemorySegment segment) {
    int count = starts.length;
    long[] newStarts = Arrays.copyOf(starts, count + 1);
    MemorySegment[] newSegments = Arrays.copyOf(segments, count + 1);
    newStarts[count] = iova;
    newSegments[count] = segment;
    return new DmaTable(newStarts, newSegments);
  }

  /** The table without a range, or null where none begins there. */
  DmaTable without(long iova) {
    int at = Arrays.binarySearch(starts, iova);
    if (at < 0) {
      return null;
    }
    int count = starts.length - 1;
    long[] newStarts = Arrays.copyOf(starts, count);
    MemorySegment[] newSegments = Arrays.copyOf(segments, count);
    System.arraycopy(starts, at + 1, newStarts, at, count - at);
    System.arraycopy(segments, at + 1, newSegments, at, count - at);
    return new DmaTable(newStarts, newSegments);
  }

  /** Whether a range, if there is such an entry, holds all of some bytes. */
  boolean holds(int entry, long iova, long bytes) {
    if (entry < 0 || entry >= starts.length) {
      return false;
    }
    long offset = iova - starts[entry];
    return offset >= 0 && bytes >= 0 && bytes <= sizes[entry] - offset;
  }

  /** The entry that holds all of some bytes, -1 where none does. */
  int find(long iova, long bytes) {
    int low = 0;
    int high = starts.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (starts[middle] <= iova) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return holds(high, iova, bytes) ? high : -1;
  }

  MemorySegment segment(int entry) {
    return segments[entry];
  }

  /** Where an address lies in its entry's segment. */
  long offset(int entry, long iova) {
    return iova - starts[entry];
  }
}
