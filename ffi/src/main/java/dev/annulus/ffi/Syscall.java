// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;

/** System calls that libc has no function for, by number ({@code syscall(2)}). */
final class Syscall {
  /** Numbers are the same on x86-64 and in the generic table for all that came after 2019. */
  static final int IO_URING_SETUP = 425;

  static final int IO_URING_ENTER = 426;
  static final int IO_URING_REGISTER = 427;
  static final int PIDFD_OPEN = 434;
  static final int OPENAT2 = 437;
  static final int FUTEX_WAITV = 449;

  private static final boolean X86 = System.getProperty("os.arch").equals("amd64");

  static final int FUTEX = X86 ? 202 : 98;
  static final int MEMBARRIER = X86 ? 324 : 283;
  static final int SECCOMP = X86 ? 317 : 277;
  static final int USERFAULTFD = X86 ? 323 : 282;

  private static final MethodHandle CALL =
      Native.linkVariadic(
          "syscall",
          1,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG);

  private static final MethodHandle CALL_WITHOUT_ERRNO =
      Native.linkVariadicWithoutErrno(
          "syscall",
          1,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG,
          Native.LONG);

  private static final Map<Long, String> NAMES =
      Map.of(
          (long) IO_URING_SETUP, "io_uring_setup",
          (long) IO_URING_ENTER, "io_uring_enter",
          (long) IO_URING_REGISTER, "io_uring_register",
          (long) PIDFD_OPEN, "pidfd_open",
          (long) OPENAT2, "openat2",
          (long) FUTEX_WAITV, "futex_waitv",
          (long) FUTEX, "futex",
          (long) MEMBARRIER, "membarrier",
          (long) SECCOMP, "seccomp");

  private Syscall() {}

  /** What a number stands for. */
  static String name(long number) {
    return NAMES.getOrDefault(number, "system call " + number);
  }

  /** Any call; addresses are the caller's to keep alive. Answers a result or -errno. */
  static long call(
      MemorySegment state, long number, long a, long b, long c, long d, long e, long f) {
    try {
      return Native.result((long) CALL.invokeExact(state, number, a, b, c, d, e, f), state);
    } catch (Throwable failure) {
      throw Native.unexpected(failure);
    }
  }

  /** As above, but answers -1 for every error, and is a little faster. */
  static long callWithoutErrno(long number, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) CALL_WITHOUT_ERRNO.invokeExact(number, a, b, c, d, e, f);
    } catch (Throwable failure) {
      throw Native.unexpected(failure);
    }
  }

  /** As above, with this thread's capture segment. */
  static long call(long number, long a, long b, long c, long d, long e, long f) {
    return call(Native.capture(), number, a, b, c, d, e, f);
  }
}
