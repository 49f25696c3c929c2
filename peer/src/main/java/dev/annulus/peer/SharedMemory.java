// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Memory;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory files of sealed size, and their mappings. */
final class SharedMemory {
  /** Nobody can change the size: an access inside the mapping never meets a missing page. */
  private static final int FIXED_SIZE = Memory.F_SEAL_SHRINK | Memory.F_SEAL_GROW;

  private SharedMemory() {}

  /** Makes a file whose size is sealed already; writable seals may follow. */
  static int create(String name, long size) throws ErrnoException {
    int fd = ErrnoException.check("memfd_create, ftruncate of " + name, Memory.memfd(name, size));
    int sealed = Memory.seal(fd, FIXED_SIZE);
    if (sealed < 0) {
      Files.close(fd);
      throw new ErrnoException("fcntl(F_ADD_SEALS) of " + name, -sealed);
    }
    return fd;
  }

  /** No seal may follow, and with {@code readOnly} no writable mapping either; ours stays. */
  static void finish(int fd, boolean readOnly) throws ErrnoException {
    int seals = Memory.F_SEAL_SEAL | (readOnly ? Memory.F_SEAL_FUTURE_WRITE : 0);
    ErrnoException.check("fcntl(F_ADD_SEALS)", Memory.seal(fd, seals));
  }

  static MemorySegment map(int fd, long size, boolean writable, Arena arena) throws ErrnoException {
    int prot = Memory.PROT_READ | (writable ? Memory.PROT_WRITE : 0);
    return switch (Memory.map(fd, 0, size, prot, Memory.MAP_SHARED, arena)) {
      case Memory.Mapping.Mapped mapped ->
          writable ? mapped.memory() : mapped.memory().asReadOnly();
      case Memory.Mapping.Failed failed ->
          throw new ErrnoException(
              "mmap of " + size + " shared bytes",
              failed.errno(),
              "out of memory, or more mappings than vm.max_map_count allows");
    };
  }

  /**
   * Checks a file that somebody else made before it is mapped: a memory file of just this size,
   * which nobody can change. Answers 0 or an errno.
   */
  static int check(int fd, long size) {
    int seals = Memory.seals(fd);
    if (seals < 0) {
      return -seals;
    }
    if ((seals & FIXED_SIZE) != FIXED_SIZE) {
      return Errno.EPERM;
    }
    long actual = Memory.tmpfsSize(fd);
    if (actual < 0) {
      return (int) -actual;
    }
    return actual == size ? 0 : Errno.EINVAL;
  }
}
