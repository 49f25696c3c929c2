// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.util.Arrays;

/**
 * The stand-in's registered files: duplicates of the descriptors, because the table holds on to a
 * file whose own descriptor may be closed.
 */
final class PoolFiles {
  private static final int EMPTY = -1;

  private int[] descriptors = {};

  /** A table of empty places; files of the table before are let go. */
  void resize(int count) {
    for (int fd : descriptors) {
      if (fd != EMPTY) {
        Files.close(fd);
      }
    }
    descriptors = new int[count];
    Arrays.fill(descriptors, EMPTY);
  }

  void put(int place, int fd) throws ErrnoException {
    if (place < 0 || place >= descriptors.length) {
      throw new ErrnoException("register file at place " + place, Errno.EINVAL);
    }
    int duplicate = fd < 0 ? EMPTY : ErrnoException.check("register file", Files.duplicate(fd));
    if (descriptors[place] != EMPTY) {
      Files.close(descriptors[place]);
    }
    descriptors[place] = duplicate;
  }

  /** The descriptor at a place, or -1. */
  int get(int place) {
    return place < 0 || place >= descriptors.length ? EMPTY : descriptors[place];
  }
}
