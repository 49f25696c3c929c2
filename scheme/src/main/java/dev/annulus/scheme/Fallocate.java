// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

/**
 * Bits of {@link Client#fallocate}'s mode, Linux's {@code FALLOC_FL_*}, and their sums that a block
 * device knows. Source: {@code fallocate(2)}; {@code linux/falloc.h}.
 */
public final class Fallocate {
  /** The size stays as it is: a range that goes beyond the end is cut off there. */
  public static final int KEEP_SIZE = 0x01;

  /** The range reads as zeros, and need not take space. */
  public static final int PUNCH_HOLE = 0x02;

  /** What the range reads as does not matter. */
  public static final int NO_HIDE_STALE = 0x04;

  /** The range reads as zeros. */
  public static final int ZERO_RANGE = 0x10;

  /** Zeros, in whatever way frees most: {@link #PUNCH_HOLE} and {@link #KEEP_SIZE}. */
  public static final int PUNCH = PUNCH_HOLE | KEEP_SIZE;

  /** Of no worth any more: {@link #PUNCH} and {@link #NO_HIDE_STALE}. */
  public static final int DISCARD = PUNCH | NO_HIDE_STALE;

  private Fallocate() {}
}
