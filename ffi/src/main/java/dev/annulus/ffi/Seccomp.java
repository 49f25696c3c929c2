// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Takes system calls away from this process, as a container's profile does: {@code seccomp(2)}. For
 * tests of what happens then.
 */
public final class Seccomp {
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SECCOMP_SET_MODE_FILTER = 1;
  private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;

  // Classic BPF: load a word of struct seccomp_data, jump if equal, return.
  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int RETURN = 0x06;
  private static final int RET_ALLOW = 0x7fff_0000;
  private static final int RET_ERRNO = 0x0005_0000;
  private static final int DATA_NUMBER = 0;
  private static final int INSTRUCTION = 8;

  private static final MethodHandle PRCTL =
      Native.linkVariadic(
          "prctl", 1, Native.INT, Native.INT, Native.LONG, Native.LONG, Native.LONG, Native.LONG);

  private Seccomp() {}

  /**
   * From now on the three calls of io_uring answer with an errno, in all threads. Cannot be undone.
   *
   * @param errno what they answer, positive
   * @return 0 or {@code -errno}
   */
  public static int forbidIoUring(int errno) {
    return forbid(errno, Syscall.IO_URING_SETUP, Syscall.IO_URING_ENTER, Syscall.IO_URING_REGISTER);
  }

  /**
   * The same for one of the three calls, the others work.
   *
   * @param call {@code io_uring_setup}, {@code io_uring_enter} or {@code io_uring_register}
   * @param errno what it answers, positive
   * @return 0 or {@code -errno}
   */
  public static int forbid(String call, int errno) {
    return forbid(
        errno,
        switch (call) {
          case "io_uring_setup" -> Syscall.IO_URING_SETUP;
          case "io_uring_enter" -> Syscall.IO_URING_ENTER;
          case "io_uring_register" -> Syscall.IO_URING_REGISTER;
          default -> throw new IllegalArgumentException(call + " is none of io_uring's calls");
        });
  }

  private static int forbid(int errno, int... calls) {
    MemorySegment state = Native.capture();
    try (Arena arena = Arena.ofConfined()) {
      int result =
          Native.result((int) PRCTL.invokeExact(state, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L), state);
      if (result < 0) {
        return result;
      }
      MemorySegment program = program(arena, errno, calls);
      return (int)
          Syscall.call(
              Syscall.SECCOMP,
              SECCOMP_SET_MODE_FILTER,
              SECCOMP_FILTER_FLAG_TSYNC,
              program.address(),
              0,
              0,
              0);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** {@code struct sock_fprog}: length u16, instructions pointer at 8. */
  private static MemorySegment program(Arena arena, int errno, int... calls) {
    int length = calls.length + 3;
    MemorySegment code = arena.allocate((long) length * INSTRUCTION, 8);
    instruction(code, 0, LOAD_WORD, 0, 0, DATA_NUMBER);
    for (int i = 0; i < calls.length; i++) {
      // Where it is equal, over the remaining comparisons and the allowing return.
      instruction(code, 1 + i, JUMP_IF_EQUAL, calls.length - i, 0, calls[i]);
    }
    instruction(code, length - 2, RETURN, 0, 0, RET_ALLOW);
    instruction(code, length - 1, RETURN, 0, 0, RET_ERRNO | errno);
    MemorySegment program = arena.allocate(16, 8);
    program.set(JAVA_SHORT, 0, (short) length);
    program.set(JAVA_LONG, 8, code.address());
    return program;
  }

  /** {@code struct sock_filter}: code u16, jt u8, jf u8, k u32. */
  private static void instruction(MemorySegment code, int index, int op, int jt, int jf, int k) {
    long at = (long) index * INSTRUCTION;
    code.set(JAVA_SHORT, at, (short) op);
    code.set(JAVA_BYTE, at + 2, (byte) jt);
    code.set(JAVA_BYTE, at + 3, (byte) jf);
    code.set(JAVA_INT, at + 4, k);
  }
}
