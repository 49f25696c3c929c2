// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.Map;
import java.util.TreeMap;

/**
 * The addresses that an IOMMU translates for a device, and which of them are free: first fit.
 * Between two that are taken a page stays free, so that a device that goes one too far is stopped.
 * Address 0 is never given. Not for several threads at once.
 */
final class IovaSpace {
  private static final long PAGE = 4096;

  /** The last address that is given, where the IOMMU has more. */
  private static final long MOST = (1L << 62) - 1;

  /** The first address of each free range, and the one behind its last; a page is kept apart. */
  private final TreeMap<Long, Long> free = new TreeMap<>();

  /**
   * A space of ranges, first and last address of each, as {@code VFIO_IOMMU_GET_INFO} tells them.
   * Pages that are not whole are left out, as is what no sum of two can be made of.
   */
  IovaSpace(long... bounds) {
    for (int i = 0; i + 1 < bounds.length; i += 2) {
      long last = Long.compareUnsigned(bounds[i + 1], MOST) < 0 ? bounds[i + 1] : MOST;
      if (Long.compareUnsigned(bounds[i], last) < 0) {
        put(Math.max(bounds[i], PAGE) + PAGE - 1 & -PAGE, last + 1 & -PAGE);
      }
    }
  }

  /**
   * Takes addresses in a row.
   *
   * @param bytes rounded up to pages
   * @param alignment a power of two, a page at least
   * @return the first address, -1 where there are not so many
   */
  long take(long bytes, long alignment) {
    long size = size(bytes);
    for (Map.Entry<Long, Long> range : free.entrySet()) {
      long first = range.getKey();
      long end = range.getValue();
      long start = first + alignment - 1 & -alignment;
      if (start >= first && end - start >= size) {
        free.remove(first); // and the entry is another one from here on
        put(first, start);
        put(start + size, end);
        return start;
      }
    }
    return -1;
  }

  private void put(long start, long end) {
    if (end > start) {
      free.put(start, end);
    }
  }

  /** Gives back what {@link #take} gave. */
  void give(long start, long bytes) {
    long first = start;
    long end = start + size(bytes);
    Map.Entry<Long, Long> below = free.floorEntry(start);
    if (below != null && below.getValue() == start) {
      first = below.getKey();
    }
    Long above = free.remove(end);
    free.put(first, above == null ? end : above);
  }

  /** With the page that stays free. */
  private static long size(long bytes) {
    return (bytes + PAGE - 1 & -PAGE) + PAGE;
  }
}
