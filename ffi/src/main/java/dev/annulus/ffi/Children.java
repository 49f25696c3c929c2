// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Child processes of this one: {@code posix_spawnp(3)}, {@code waitid(2)}, {@code pidfd_open(2)}.
 * The JVM reaps only those that it started itself.
 */
public final class Children {
  /** Waits for any child. */
  public static final int P_ALL = 0;

  /** Waits for the child with a number. */
  public static final int P_PID = 1;

  /** Waits for any child of a process group. */
  public static final int P_PGID = 2;

  /** Waits for the child of a pidfd. */
  public static final int P_PIDFD = 3;

  /** Do not block: 0 and a {@link #SI_PID} of 0 where there is nothing. */
  public static final int WNOHANG = 1;

  /** Children that have ended. */
  public static final int WEXITED = 4;

  /** Leave the child as it is, to be waited for again. */
  public static final int WNOWAIT = 0x1000000;

  /** Size of {@code siginfo_t}. */
  public static final int SIGINFO_SIZE = 128;

  /** Offset of {@code si_code} in it: how the child ended. */
  public static final int SI_CODE = 8;

  /** Offset of {@code si_pid}. */
  public static final int SI_PID = 16;

  /** Offset of {@code si_status}: exit status or signal. */
  public static final int SI_STATUS = 24;

  /** {@code si_code} of a child that called exit. */
  public static final int CLD_EXITED = 1;

  /** {@code si_code} of a child that a signal ended. */
  public static final int CLD_KILLED = 2;

  private static final MethodHandle WAITID =
      Native.link("waitid", Native.INT, Native.INT, Native.INT, Native.LONG, Native.INT);
  private static final MethodHandle POSIX_SPAWNP =
      Native.link(
          "posix_spawnp",
          Native.INT,
          Native.POINTER,
          Native.POINTER,
          Native.POINTER,
          Native.POINTER,
          Native.POINTER,
          Native.POINTER);

  private Children() {}

  /**
   * {@code waitid(2)}. Blocks unless told not to.
   *
   * @param idType {@code P_*}
   * @param id process, group or pidfd
   * @param info address of {@link #SIGINFO_SIZE} bytes, or 0
   * @param options {@code W*} bits
   * @return 0, or {@code -errno}: ECHILD where there is no such child
   */
  public static int waitid(int idType, int id, long info, int options) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((int) WAITID.invokeExact(state, idType, id, info, options), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code pidfd_open(2)}, close-on-exec: readable when the process has ended.
   *
   * @param pid the process
   * @return descriptor or {@code -errno}
   */
  public static int pidfd(int pid) {
    return (int) Syscall.call(Syscall.PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
  }

  /**
   * {@code posix_spawnp(3)}: starts a child without environment; its standard streams are ours. To
   * be waited for by {@link #waitid} or a ring.
   *
   * @param command the program, looked for in the PATH, and its arguments
   * @return the child's process number, or {@code -errno}
   */
  public static int spawn(String... command) {
    MemorySegment state = Native.capture();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment words = arena.allocate(ADDRESS, command.length + 1L);
      for (int i = 0; i < command.length; i++) {
        words.setAtIndex(ADDRESS, i, arena.allocateFrom(command[i]));
      }
      MemorySegment pid = arena.allocate(JAVA_INT);
      MemorySegment none = MemorySegment.NULL;
      MemorySegment program = words.getAtIndex(ADDRESS, 0);
      MemorySegment environment = arena.allocate(ADDRESS);
      // Answers an errno in place of setting it.
      int errno =
          (int) POSIX_SPAWNP.invokeExact(state, pid, program, none, none, words, environment);
      return errno == 0 ? pid.get(JAVA_INT, 0) : -errno;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }
}
