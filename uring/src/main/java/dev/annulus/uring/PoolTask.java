// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Memory;
import dev.annulus.ffi.OpenHow;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One entry in the stand-in's hands: a copy, with what the kernel too would copy when it is
 * submitted (paths, {@code struct open_how}).
 */
final class PoolTask {
  static final int CANCEL_ANY = 1 << 2;

  private static final int PATH_MAX = 4096;
  private static final int QUEUED = 0;
  private static final int RUNNING = 1;
  private static final int CANCELLED = 2;

  final int opcode;
  final int flags;
  int fd;
  final long off;
  final long addr;
  final int len;
  final int opFlags;
  final long userData;
  private final AtomicInteger state = new AtomicInteger(QUEUED);
  private final Arena arena = Arena.ofAuto();
  private MemorySegment path;
  private MemorySegment how;

  PoolTask(MemorySegment entries, long at) {
    opcode = SqEntry.opcode(entries, at);
    flags = SqEntry.flags(entries, at);
    fd = SqEntry.fd(entries, at);
    off = SqEntry.off(entries, at);
    addr = SqEntry.addr(entries, at);
    len = SqEntry.len(entries, at);
    opFlags = SqEntry.opFlags(entries, at);
    userData = SqEntry.userData(entries, at);
    if (opcode == Opcode.OPENAT || opcode == Opcode.OPENAT2 || opcode == Opcode.STATX) {
      copyPath();
    }
  }

  private void copyPath() {
    byte[] bytes = Memory.cString(addr, PATH_MAX);
    path = bytes == null ? null : arena.allocateFrom(JAVA_BYTE, bytes);
    if (opcode == Opcode.OPENAT2 && len >= OpenHow.SIZE) {
      how = arena.allocate(OpenHow.SIZE, 8);
      MemorySegment.copy(Memory.bytes(off, OpenHow.SIZE), 0, how, JAVA_BYTE, 0, OpenHow.SIZE);
    }
  }

  /** Replaces the place of a registered file by its descriptor; false where it is empty. */
  boolean resolve(PoolFiles files) {
    fd = files.get(fd);
    return fd >= 0;
  }

  /** Whether it had not begun, and now will not. */
  boolean cancel() {
    return state.compareAndSet(QUEUED, CANCELLED);
  }

  /** Executes it, where it was not cancelled; answers a result or -errno. */
  int run() {
    if (!state.compareAndSet(QUEUED, RUNNING)) {
      return -Errno.ECANCELED;
    }
    return (int)
        switch (opcode) {
          case Opcode.READ, Opcode.READ_FIXED -> read();
          case Opcode.WRITE, Opcode.WRITE_FIXED -> write();
          case Opcode.FSYNC ->
              (opFlags & ~1) != 0 ? -Errno.EINVAL : Files.sync(fd, (opFlags & 1) != 0);
          case Opcode.OPENAT ->
              path == null ? -Errno.ENAMETOOLONG : Files.openat(fd, path, opFlags, len);
          case Opcode.OPENAT2 -> openat2();
          case Opcode.CLOSE -> Files.close(fd);
          case Opcode.STATX ->
              path == null
                  ? -Errno.ENAMETOOLONG
                  : Files.statx(fd, path.address(), opFlags, len, off);
          default -> -Errno.EINVAL;
        };
  }

  private long read() {
    if (opFlags != 0) {
      return -Errno.EOPNOTSUPP;
    }
    long length = Integer.toUnsignedLong(len);
    long result = off == -1 ? -Errno.ESPIPE : Files.pread(fd, addr, length, off);
    return result == -Errno.ESPIPE ? Files.read(fd, addr, length) : result;
  }

  private long write() {
    if (opFlags != 0) {
      return -Errno.EOPNOTSUPP;
    }
    long length = Integer.toUnsignedLong(len);
    long result = off == -1 ? -Errno.ESPIPE : Files.pwrite(fd, addr, length, off);
    return result == -Errno.ESPIPE ? Files.write(fd, addr, length) : result;
  }

  private long openat2() {
    if (path == null) {
      return -Errno.ENAMETOOLONG;
    }
    return how == null ? -Errno.EINVAL : OpenHow.openat2(fd, path.address(), how.address());
  }
}
