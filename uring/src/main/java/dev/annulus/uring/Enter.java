// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ffi.Uring;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code io_uring_enter(2)} on one ring, by its owner; counts the calls. */
final class Enter {
  private static final int IORING_ENTER_GETEVENTS = 1;
  private static final int IORING_ENTER_EXT_ARG = 1 << 3;
  private static final int IORING_ENTER_REGISTERED_RING = 1 << 4;

  private static final int IORING_REGISTER_RING_FDS = 20;
  private static final int IORING_UNREGISTER_RING_FDS = 21;

  /** {@code struct io_uring_rsrc_update}: offset u32, resv u32, data u64. */
  private static final int UPDATE_SIZE = 16;

  private static final int ANY_INDEX = -1;

  private final int ring;
  private final MemorySegment errno = Uring.newCapture();
  private final MemorySegment update;
  private final WaitArgument argument;
  private int fd;
  private int flags;
  private long calls;

  Enter(int ring, Arena arena) {
    this.ring = ring;
    fd = ring;
    argument = new WaitArgument(arena);
    update = arena.allocate(UPDATE_SIZE, 8);
  }

  /**
   * Lets this thread name the ring by an index, which spares the kernel a look-up and a reference
   * count a call (Linux 5.18). A thread has 16 of them; without one the descriptor does as well.
   */
  void registerRing() {
    update.set(JAVA_INT, 0, ANY_INDEX);
    update.set(JAVA_LONG, 8, ring);
    if (Uring.register(ring, IORING_REGISTER_RING_FDS, update, 1) == 1) {
      fd = update.get(JAVA_INT, 0);
      flags = IORING_ENTER_REGISTERED_RING;
    }
  }

  /** Gives the index back; from then on the descriptor is used. */
  void unregisterRing() {
    if (flags != 0) {
      update.set(JAVA_INT, 0, fd);
      update.set(JAVA_LONG, 8, 0);
      Uring.register(ring, IORING_UNREGISTER_RING_FDS, update, 1);
      fd = ring;
      flags = 0;
    }
  }

  /** Hands entries over; answers how many the kernel took, or -errno. */
  int submit(int toSubmit) {
    return enter(toSubmit, 0, flags);
  }

  /** Hands entries over, lets the kernel finish operations on this thread, waits for some. */
  int await(int toSubmit, int count) {
    return enter(toSubmit, count, flags | IORING_ENTER_GETEVENTS);
  }

  /** A call that failed did nothing: it is made again where its errno is caught. */
  private int enter(int toSubmit, int count, int all) {
    calls++;
    int result = Uring.enterWithoutErrno(fd, toSubmit, count, all);
    return result >= 0 ? result : Uring.enter(errno, fd, toSubmit, count, all, 0, 0);
  }

  /** As {@link #await(int, int)}, at most for a time, more than 0; {@code -ETIME} after it. */
  int await(int toSubmit, int count, long nanos) {
    calls++;
    return Uring.enter(
        errno,
        fd,
        toSubmit,
        count,
        flags | IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG,
        argument.of(nanos),
        WaitArgument.SIZE);
  }

  long calls() {
    return calls;
  }
}
