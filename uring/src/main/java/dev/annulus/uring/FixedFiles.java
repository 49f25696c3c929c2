// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A kernel ring's table of registered files. An entry with {@code IOSQE_FIXED_FILE} names a place
 * in it where its descriptor would stand; operations that make descriptors may put them there, and
 * never into the process's table ("direct descriptors": their {@code fileIndex}).
 *
 * <p>For the ring's owner. Source: {@code io_uring_register(2)}, {@code
 * io_uring_registered_files(7)}.
 */
public final class FixedFiles {
  /** In a table: an empty place. */
  private static final int NO_FILE = -1;

  private final Register register;
  private boolean has;

  FixedFiles(Register register) {
    this.register = register;
  }

  /**
   * Makes a table of empty places, in place of the one before.
   *
   * @param places how many, up to {@code RLIMIT_NOFILE} and 2^20; 0 to have none
   * @throws ErrnoException where the kernel refuses, EMFILE where that is too many
   * @throws IllegalArgumentException where that is less than 0
   */
  public void table(int places) throws ErrnoException {
    register.check();
    Register.checkPlaces(places);
    if (has) {
      register.end(RegisterOp.UNREGISTER_FILES);
      has = false;
    }
    if (places == 0) {
      return;
    }
    register.sparse(RegisterOp.REGISTER_FILES2, places);
    has = true;
  }

  /**
   * Puts files into places that follow each other. The table holds on to a file: its descriptor may
   * be closed. What was there before is let go when no operation uses it any more.
   *
   * @param place the first
   * @param fds descriptors, or -1 to empty a place
   * @throws ErrnoException where a place is not in the table (EINVAL), there is no table (ENXIO),
   *     or a descriptor is not open (EBADF): those before it are in place then
   * @throws IllegalArgumentException where a place or descriptor cannot be one
   */
  public void put(int place, int... fds) throws ErrnoException {
    Register.checkPlace(place, fds.length);
    for (int fd : fds) {
      if (fd < NO_FILE) {
        throw new IllegalArgumentException("descriptor " + fd + ": at least 0, or -1 for none");
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment descriptors = arena.allocateFrom(JAVA_INT, fds);
      MemorySegment update = arena.allocate(16, 8); // offset u32, resv u32, fds u64
      int done = 0;
      while (done < fds.length) {
        update.set(JAVA_INT, 0, place + done);
        update.set(JAVA_LONG, 8, descriptors.address() + 4L * done);
        done +=
            register.call(
                RegisterOp.REGISTER_FILES_UPDATE,
                update,
                fds.length - done,
                "a place is beyond the table");
      }
    }
  }

  /**
   * Keeps the places that the kernel chooses ({@code IORING_FILE_INDEX_ALLOC}) to a range; the
   * others are for those who name a place.
   *
   * @param first first place of the range
   * @param count its length, at least 1
   * @throws ErrnoException where the range is not in the table, or the kernel is older than 6.0
   * @throws IllegalArgumentException where that is no range
   */
  public void allocateFrom(int first, int count) throws ErrnoException {
    Register.checkPlace(first, count);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment range = arena.allocate(16, 8); // off u32, len u32, resv u64
      range.set(JAVA_INT, 0, first);
      range.set(JAVA_INT, 4, count);
      register.call(
          RegisterOp.REGISTER_FILE_ALLOC_RANGE, range, 0, "the range goes beyond the table");
    }
  }
}
