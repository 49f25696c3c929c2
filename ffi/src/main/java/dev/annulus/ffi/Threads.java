// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The calling thread: its identity and processors. */
public final class Threads {
  private static final int CPU_SET_BYTES = 128;
  private static final int EINVAL = 22;

  private static final MethodHandle SET_AFFINITY =
      Native.link("sched_setaffinity", Native.INT, Native.INT, Native.LONG, Native.POINTER);
  private static final MethodHandle GETUID = Native.link("geteuid", Native.INT);

  private Threads() {}

  /**
   * Pins the calling platform thread to one processor, {@code sched_setaffinity(2)}.
   *
   * @param cpu 0 to 1023
   * @return 0 or {@code -errno}: EINVAL where there is no such processor
   */
  public static int pin(int cpu) {
    if (cpu < 0 || cpu >= 8 * CPU_SET_BYTES) {
      return -EINVAL;
    }
    MemorySegment state = Native.capture();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment set = arena.allocate(CPU_SET_BYTES, 8);
      set.set(JAVA_LONG, cpu / 64 * 8L, 1L << (cpu % 64));
      return Native.result(
          (int) SET_AFFINITY.invokeExact(state, 0, (long) CPU_SET_BYTES, set), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code geteuid(2)}.
   *
   * @return the effective user
   */
  public static int euid() {
    MemorySegment state = Native.capture();
    try {
      return (int) GETUID.invokeExact(state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }
}
