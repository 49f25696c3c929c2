// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;

/**
 * The stand-in's registered files: duplicates of the descriptors, because the table holds on to a
 * file whose own descriptor may be closed. An operation holds on to its file too, so that a place
 * can be emptied meanwhile and no number is used for another file. Called by the ring's owner.
 */
final class PoolFiles {
  private static final int NO_FILE = -1;

  private Held[] table = {};

  /** A descriptor that is closed when nobody holds it any more. */
  static final class Held {
    private final int fd;
    private int holders = 1;

    private Held(int fd) {
      this.fd = fd;
    }

    int fd() {
      return fd;
    }

    private synchronized Held hold() {
      holders++;
      return this;
    }

    /** Any thread. */
    synchronized void release() {
      if (--holders == 0) {
        Files.close(fd);
      }
    }
  }

  /** A table of empty places; files of the table before are let go. */
  void resize(int count) {
    for (int place = 0; place < table.length; place++) {
      empty(place);
    }
    table = new Held[count];
  }

  private void empty(int place) {
    if (table[place] != null) {
      table[place].release();
      table[place] = null;
    }
  }

  void put(int place, int fd) throws ErrnoException {
    if (table.length == 0) {
      throw Register.failure(RegisterOp.REGISTER_FILES_UPDATE, Errno.ENXIO);
    }
    if (place < 0 || place >= table.length) {
      throw Register.failure(RegisterOp.REGISTER_FILES_UPDATE, Errno.EINVAL);
    }
    int duplicate = fd == NO_FILE ? NO_FILE : Files.duplicate(fd);
    if (duplicate < 0 && fd != NO_FILE) {
      throw Register.failure("fcntl(F_DUPFD_CLOEXEC)", -duplicate);
    }
    empty(place);
    table[place] = duplicate == NO_FILE ? null : new Held(duplicate);
  }

  /** The file at a place, to be released, or null for none. */
  Held hold(int place) {
    boolean there = place >= 0 && place < table.length && table[place] != null;
    return there ? table[place].hold() : null;
  }
}
