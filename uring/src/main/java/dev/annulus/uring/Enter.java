// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ffi.Uring;
import dev.annulus.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/** {@code io_uring_enter(2)} on one ring, by its owner; counts the calls. */
final class Enter {
  private static final int IORING_ENTER_GETEVENTS = 1;
  private static final int IORING_ENTER_SQ_WAKEUP = 1 << 1;
  private static final int IORING_ENTER_SQ_WAIT = 1 << 2;
  private static final int IORING_ENTER_EXT_ARG = 1 << 3;
  private static final int IORING_ENTER_REGISTERED_RING = 1 << 4;
  private static final int IORING_ENTER_EXT_ARG_REG = 1 << 6;

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

  /** The queue that a thread of the kernel looks at, or null where only calls hand entries over. */
  private RingMemory polled;

  /** Where times are passed without a copy, or null. */
  private WaitRegion region;

  Enter(int ring, Arena arena) {
    this.ring = ring;
    fd = ring;
    argument = new WaitArgument(arena);
    update = arena.allocate(UPDATE_SIZE, 8);
  }

  /** From now on times are passed by this. */
  void region(WaitRegion registered) {
    region = registered;
  }

  /** A thread of the kernel takes the entries of this memory ({@code IORING_SETUP_SQPOLL}). */
  void polls(RingMemory memory) {
    polled = memory;
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
      if (Uring.register(ring, IORING_UNREGISTER_RING_FDS, update, 1) < 0) {
        // Once more: an index that stays would keep the ring for as long as this thread lives.
        Uring.register(ring, IORING_UNREGISTER_RING_FDS, update, 1);
      }
      fd = ring;
      flags = 0;
    }
  }

  /**
   * Hands entries over, published before; answers how many the kernel took, or -errno. Where a
   * thread of the kernel takes them, waits only for room for one more.
   */
  int submit(int toSubmit) {
    if (polled == null) {
      return enter(toSubmit, 0, flags);
    }
    boolean full = polled.sq.free() == 0 && polled.sq.refreshFree() == 0;
    int call = wakeUp() | (full ? IORING_ENTER_SQ_WAIT : 0);
    int result = toSubmit;
    while (call != 0 && result >= 0) {
      result = enter(toSubmit, 0, flags | call);
      // A signal ends that wait.
      call = full && polled.sq.refreshFree() == 0 ? IORING_ENTER_SQ_WAIT : 0;
    }
    return result;
  }

  /** {@code IORING_ENTER_SQ_WAKEUP} where the kernel's thread sleeps or is about to. */
  private int wakeUp() {
    // Full: the tail was stored before the flags are read. Pairs with the kernel's smp_mb between
    // its store of IORING_SQ_NEED_WAKEUP and its last look at the tail: one sees the other's store.
    VarHandle.fullFence();
    return (polled.flags() & RingMemory.IORING_SQ_NEED_WAKEUP) != 0 ? IORING_ENTER_SQ_WAKEUP : 0;
  }

  /** What every waiting call has. */
  private int waiting() {
    return flags | IORING_ENTER_GETEVENTS | (polled == null ? 0 : wakeUp());
  }

  /** Hands entries over, lets the kernel finish operations on this thread, waits for some. */
  int await(int toSubmit, int count) {
    return enter(toSubmit, count, waiting());
  }

  /** A call that failed did nothing: it is made again where its errno is caught. */
  private int enter(int toSubmit, int count, int all) {
    calls++;
    int result = Uring.enterWithoutErrno(fd, toSubmit, count, all);
    return result >= 0 ? result : Uring.enter(errno, fd, toSubmit, count, all, 0, 0);
  }

  /**
   * As {@link #await(int, int)}, at most for a time, more than 0; {@code -ETIME} after it.
   *
   * @param least nanoseconds after which one completion is enough, or 0
   */
  int await(int toSubmit, int count, long least, long nanos) {
    calls++;
    int all = waiting() | IORING_ENTER_EXT_ARG;
    return region == null
        ? Uring.enter(errno, fd, toSubmit, count, all, argument.of(least, nanos), WaitArgument.SIZE)
        : Uring.enter(
            errno,
            fd,
            toSubmit,
            count,
            all | IORING_ENTER_EXT_ARG_REG,
            region.of(least, nanos),
            WaitRegion.SIZE);
  }

  /** What errors of this call mean. */
  static String reason(int errno) {
    return switch (errno) {
      case Errno.EBADFD -> "the ring is disabled: Registrations.enable comes first";
      case Errno.EOWNERDEAD -> "the kernel's SQ thread has ended: close the ring";
      default -> Refusal.reason(errno);
    };
  }

  long calls() {
    return calls;
  }
}
