// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Futex;
import dev.annulus.ffi.OpenHow;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Executes the stand-in's operations with the ordinary system calls, on a pool's thread. */
final class PoolCalls {
  /** In place of a result: a stream is not ready, and the call would block. */
  static final int WOULD_BLOCK = Integer.MIN_VALUE;

  private static final int IORING_FSYNC_DATASYNC = 1;

  private PoolCalls() {}

  /** A result, -errno, or {@link #WOULD_BLOCK}. */
  static int run(PoolTask task) {
    return (int)
        switch (task.opcode) {
          case Opcode.READ, Opcode.READ_FIXED -> transfer(task, false);
          case Opcode.WRITE, Opcode.WRITE_FIXED -> transfer(task, true);
          case Opcode.FSYNC -> fsync(task);
          case Opcode.CLOSE -> Files.close(task.fd());
          default -> withPath(task);
        };
  }

  /** FUTEX_WAKE, which does not block: as the kernel's ring, of nobody where it is for none. */
  static int wake(PoolTask task) {
    if (!FutexWord.valid(task)) {
      return -Errno.EINVAL;
    }
    int most = (int) task.off;
    return most == 0 ? 0 : Futex.wake(task.addr, most, (int) task.addr3, task.fd());
  }

  private static long fsync(PoolTask task) {
    return (task.opFlags & ~IORING_FSYNC_DATASYNC) != 0
        ? -Errno.EINVAL
        : Files.sync(task.fd(), task.opFlags != 0);
  }

  private static long transfer(PoolTask task, boolean write) {
    if (task.opFlags != 0) {
      return -Errno.EOPNOTSUPP; // RWF_* flags
    }
    // Of no bytes at 0 where the position is the file's own: to learn whether it is a stream.
    boolean own = task.off == -1;
    long length = own ? 0 : Integer.toUnsignedLong(task.len);
    long offset = own ? 0 : task.off;
    long result =
        write
            ? Files.pwrite(task.fd(), task.addr, length, offset)
            : Files.pread(task.fd(), task.addr, length, offset);
    if (result != -Errno.ESPIPE) {
      return own && result >= 0 ? sequential(task, write) : result;
    }
    int flags = task.ready ? Files.O_NONBLOCK : Files.statusFlags(task.fd());
    if (flags < 0) {
      return flags;
    }
    return (flags & Files.O_NONBLOCK) != 0 ? sequential(task, write) : WOULD_BLOCK;
  }

  private static long sequential(PoolTask task, boolean write) {
    long length = Integer.toUnsignedLong(task.len);
    return write
        ? Files.write(task.fd(), task.addr, length)
        : Files.read(task.fd(), task.addr, length);
  }

  private static int withPath(PoolTask task) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(JAVA_BYTE, task.arguments.path());
      return switch (task.opcode) {
        case Opcode.OPENAT -> Files.openat(task.fd(), path, task.opFlags, task.len);
        case Opcode.OPENAT2 -> openat2(task, path, arena);
        case Opcode.STATX ->
            Files.statx(task.fd(), path.address(), task.opFlags, task.len, task.off);
        default -> -Errno.EINVAL;
      };
    }
  }

  private static int openat2(PoolTask task, MemorySegment path, Arena arena) {
    MemorySegment how = arena.allocate(OpenHow.SIZE, 8);
    PoolArguments arguments = task.arguments;
    OpenHow.write(how, 0, arguments.word(0), arguments.word(1), arguments.word(2));
    return OpenHow.openat2(task.fd(), path.address(), how.address());
  }
}
