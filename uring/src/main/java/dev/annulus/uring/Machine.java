// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Futex;
import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel tells of itself and of this process under {@code /proc} ({@code proc(5)}). */
final class Machine {
  private Machine() {}

  static String kernelRelease() {
    return read("/proc/sys/kernel/osrelease").strip();
  }

  /** {@code kernel.io_uring_disabled}, or -1 where the kernel has no such setting. */
  static int ioUringDisabled() {
    String value = read("/proc/sys/kernel/io_uring_disabled").strip();
    return value.matches("[0-2]") ? Integer.parseInt(value) : -1;
  }

  /** Whether this process runs under a seccomp filter: {@code Seccomp: 2}. */
  static boolean filtered() {
    return read("/proc/self/status").lines().anyMatch(line -> line.matches("Seccomp:\\s+2"));
  }

  /** The soft limit of locked memory in bytes, or -1 for none. */
  static long memlock() {
    return read("/proc/self/limits")
        .lines()
        .filter(line -> line.startsWith("Max locked memory"))
        .map(line -> line.substring("Max locked memory".length()).strip().split("\\s+")[0])
        .mapToLong(limit -> limit.equals("unlimited") ? -1 : Long.parseLong(limit))
        .findFirst()
        .orElse(-1);
  }

  /** Waits for a word that differs already: EAGAIN where the call is there. */
  static boolean hasFutexWaitv() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment word = arena.allocate(4, 4);
      MemorySegment vector = arena.allocate(Futex.WAITV_SIZE, 8);
      Futex.waitv(vector, 0, word.address(), 1);
      return Futex.awaitAny(vector, 1, 0) == -Errno.EAGAIN;
    }
  }

  private static String read(String path) {
    try {
      return Files.readString(Path.of(path));
    } catch (IOException e) {
      return "";
    }
  }
}
