// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.annulus.ffi.BlockDevice;
import dev.annulus.ffi.Statx;
import dev.annulus.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Sizes that the kernel is being asked for: statx, because no other way to ask is sure not to
 * block. Each has a slot for what the kernel writes; an operation's note is its slot.
 */
final class FileSizes {
  private static final int SLOTS = 32;
  private static final int CLOSED = -1;

  private final MemorySegment statx;
  private final int[] files = new int[SLOTS];

  /** A bit for each slot: 1 while it is free. */
  private int free = -1;

  FileSizes(Arena arena) {
    statx = arena.allocate((long) SLOTS * Statx.SIZE, 8);
  }

  /** Takes a slot for a file; answers -1 where none is free. */
  int take(int file) {
    if (free == 0) {
      return -1;
    }
    int slot = Integer.numberOfTrailingZeros(free);
    free &= ~(1 << slot);
    files[slot] = file;
    return slot;
  }

  /** Where the kernel is to write. */
  long address(int slot) {
    return statx.address() + at(slot);
  }

  private static long at(int slot) {
    return (long) slot * Statx.SIZE;
  }

  /** The descriptor may be another file's from here on: nothing more is asked of it. */
  void closed(int file) {
    for (int taken = ~free; taken != 0; taken &= taken - 1) {
      int slot = Integer.numberOfTrailingZeros(taken);
      if (files[slot] == file) {
        files[slot] = CLOSED;
      }
    }
  }

  /** Gives a slot back when the kernel is done with it; answers the size, or -errno. */
  long give(int slot, long result) {
    free |= 1 << slot;
    if (result < 0) {
      return result;
    }
    int mode = statx.get(JAVA_SHORT, at(slot) + Statx.MODE) & 0xffff;
    if ((mode & Statx.S_IFMT) != Statx.S_IFBLK) {
      return statx.get(JAVA_LONG, at(slot) + Statx.SIZE_BYTES);
    }
    // Of a device statx knows no size.
    return files[slot] == CLOSED ? -Errno.EBADF : BlockDevice.size(files[slot]);
  }
}
