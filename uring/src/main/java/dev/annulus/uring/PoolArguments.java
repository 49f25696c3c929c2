// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.annulus.ffi.Futex;
import dev.annulus.ffi.Memory;
import dev.annulus.ffi.OpenHow;
import dev.annulus.ffi.Statx;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import java.lang.foreign.MemorySegment;

/**
 * What the kernel copies when an entry is handed over, and so does the stand-in: paths and
 * structures, which the caller may reuse afterwards. An address of 0 is answered as the kernel
 * does; for others the caller answers.
 *
 * @param errno why there are none, or 0
 * @param path with its NUL
 * @param structure {@code struct open_how}, a timespec, or {@code struct futex_waitv} of all words
 */
record PoolArguments(int errno, byte[] path, byte[] structure) {
  static final PoolArguments NONE = new PoolArguments(0, null, null);

  private static final int PATH_MAX = 4096;
  private static final int TIMESPEC_SIZE = 16;
  private static final byte[] EMPTY_PATH = {0};

  static PoolArguments of(PoolTask task) {
    return switch (task.opcode) {
      case Opcode.OPENAT -> path(task.addr, null);
      case Opcode.OPENAT2 -> openat2(task);
      case Opcode.STATX ->
          task.addr == 0 && (task.opFlags & Statx.AT_EMPTY_PATH) != 0
              ? new PoolArguments(0, EMPTY_PATH, null)
              : path(task.addr, null);
      case Opcode.TIMEOUT ->
          task.addr == 0
              ? refused(Errno.EFAULT)
              : new PoolArguments(0, null, Memory.bytes(task.addr, TIMESPEC_SIZE));
      case Opcode.FUTEX_WAITV -> vector(task);
      default -> NONE;
    };
  }

  private static PoolArguments refused(int errno) {
    return new PoolArguments(errno, null, null);
  }

  private static PoolArguments path(long address, byte[] structure) {
    if (address == 0) {
      return refused(Errno.EFAULT);
    }
    byte[] path = Memory.cString(address, PATH_MAX - 1);
    return path == null ? refused(Errno.ENAMETOOLONG) : new PoolArguments(0, path, structure);
  }

  private static PoolArguments openat2(PoolTask task) {
    if (Integer.compareUnsigned(task.len, OpenHow.SIZE) < 0) {
      return refused(Errno.EINVAL);
    }
    if (task.len != OpenHow.SIZE) {
      return refused(Errno.E2BIG); // of a later kernel than this code knows
    }
    return task.off == 0
        ? refused(Errno.EFAULT)
        : path(task.addr, Memory.bytes(task.off, OpenHow.SIZE));
  }

  private static PoolArguments vector(PoolTask task) {
    boolean plain = task.fd() == 0 && task.off == 0 && task.opFlags == 0 && task.addr3 == 0;
    boolean few = task.len >= 1 && task.len <= Futex.FUTEX_WAITV_MAX;
    if (!plain || !few || task.bufIndex != 0 || task.fileIndex != 0) {
      return refused(Errno.EINVAL);
    }
    return task.addr == 0
        ? refused(Errno.EFAULT)
        : new PoolArguments(0, null, Memory.bytes(task.addr, task.len * Futex.WAITV_SIZE));
  }

  /** A 64-bit word of the structure. */
  long word(int index) {
    return MemorySegment.ofArray(structure).get(JAVA_LONG_UNALIGNED, 8L * index);
  }
}
