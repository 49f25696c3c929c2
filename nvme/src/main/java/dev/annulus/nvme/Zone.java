// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * A zone as a report described it.
 *
 * @param start its first block
 * @param capacity blocks from the first that can be written, 1 to the zone size
 * @param writePointer the block that is written next, from {@code start} to {@code start +
 *     capacity}; -1 where the state has none: full, read-only, offline
 * @param state its state
 * @param attributes Zone Attributes, 8 bits: 0 finished by the controller, 1 finish recommended, 2
 *     reset recommended, 7 there is a descriptor extension
 */
public record Zone(long start, long capacity, long writePointer, ZoneState state, int attributes) {
  /** What {@link #writePointer} is where there is none. */
  public static final long NONE = -1;

  /**
   * Blocks that can still be written.
   *
   * @return 0 where the state has no write pointer
   */
  public long room() {
    return writePointer == NONE ? 0 : start + capacity - writePointer;
  }
}
