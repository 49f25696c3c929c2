// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;

/** Waiting for one descriptor, to the nanosecond: {@code ppoll(2)}. */
public final class Poll {
  /** {@code POLLIN}: readable. */
  private static final short POLLIN = 1;

  /** {@code struct pollfd}: fd 4, events 2, revents 2; {@code struct timespec} behind it: 8, 8. */
  private static final int SIZE = 24;

  private static final int EVENTS = 4;
  private static final int TIME = 8;
  private static final int TIME_NANOS = 16;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static final MethodHandle PPOLL =
      Native.link("ppoll", Native.INT, Native.POINTER, Native.LONG, Native.POINTER, Native.POINTER);

  private Poll() {}

  /**
   * Memory for the arguments of {@link #readable}, so that a call allocates nothing.
   *
   * @param arena owns it
   * @return the memory, for one thread at a time
   */
  public static MemorySegment buffer(Arena arena) {
    return arena.allocate(SIZE, 8);
  }

  /**
   * Waits until a descriptor is readable. Blocks; an interrupt of the Java thread does not end it.
   *
   * @param fd descriptor
   * @param buffer from {@link #buffer}
   * @param timeoutNanos longest wait, at least 0; {@link Long#MAX_VALUE} for none
   * @return 1 where it is readable, has hung up or is not open, 0 after the time-out, or {@code
   *     -errno}: EINTR
   */
  public static int readable(int fd, MemorySegment buffer, long timeoutNanos) {
    buffer.set(JAVA_INT, 0, fd);
    buffer.set(JAVA_SHORT, EVENTS, POLLIN);
    buffer.set(JAVA_LONG, TIME, timeoutNanos / SECOND);
    buffer.set(JAVA_LONG, TIME_NANOS, timeoutNanos % SECOND);
    MemorySegment time =
        timeoutNanos == Long.MAX_VALUE ? MemorySegment.NULL : buffer.asSlice(TIME, SIZE - TIME);
    MemorySegment state = Native.capture();
    try {
      return Native.result(
          (int) PPOLL.invokeExact(state, buffer, 1L, time, MemorySegment.NULL), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }
}
