// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.Map;
import java.util.TreeMap;

/** Blocks that Write Uncorrectable made unreadable, until they are written: ranges apart. */
final class ModelUnreadable {
  /** First block to the one after the last. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  /** Whether any of some blocks is unreadable. */
  boolean any(long first, long blocks) {
    return !ranges.isEmpty() && last(first, first + blocks) != null;
  }

  /** The last range that has blocks between two, or null. */
  private Map.Entry<Long, Long> last(long first, long end) {
    Map.Entry<Long, Long> before = ranges.lowerEntry(end);
    return before != null && before.getValue() > first ? before : null;
  }

  void add(long first, long blocks) {
    remove(first, blocks);
    ranges.put(first, first + blocks);
  }

  void remove(long first, long blocks) {
    if (ranges.isEmpty()) {
      return;
    }
    long end = first + blocks;
    for (var each = last(first, end); each != null; each = last(first, end)) {
      ranges.remove(each.getKey());
      if (each.getKey() < first) {
        ranges.put(each.getKey(), first);
      }
      if (each.getValue() > end) {
        ranges.put(end, each.getValue());
      }
    }
  }
}
