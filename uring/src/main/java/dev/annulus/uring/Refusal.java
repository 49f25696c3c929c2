// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Threads;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says who refused {@code io_uring_setup}, and what to do about it. */
final class Refusal {
  private static final Path SYSCTL = Path.of("/proc/sys/kernel/io_uring_disabled");
  private static final Path STATUS = Path.of("/proc/self/status");

  private Refusal() {}

  static ErrnoException explain(int errno) {
    return new ErrnoException("io_uring_setup", errno, reason(errno));
  }

  /** The culprit behind an errno of io_uring_setup, and the remedy. */
  static String reason(int errno) {
    return switch (errno) {
      case Errno.EPERM -> forbidden();
      case Errno.ENOSYS ->
          filtered()
              ? "a seccomp filter answers for the kernel: allow io_uring_setup, io_uring_enter and"
                  + " io_uring_register in the container's profile"
              : "the kernel has no io_uring; Linux 5.11 or later has what is needed";
      case Errno.ENOMEM ->
          "the memlock limit is too small for the ring: raise it (ulimit -l, LimitMEMLOCK=), or ask"
              + " for fewer entries";
      case Errno.EMFILE, Errno.ENFILE -> "no descriptor is left: raise ulimit -n";
      default -> "";
    };
  }

  private static String forbidden() {
    String disabled = read(SYSCTL).strip();
    if (disabled.equals("2") || disabled.equals("1") && Threads.euid() != 0) {
      return "kernel.io_uring_disabled is "
          + disabled
          + ": as root, sysctl kernel.io_uring_disabled=0 allows it"
          + (disabled.equals("1") ? ", or join the group of kernel.io_uring_group" : "");
    }
    return filtered()
        ? "a seccomp filter forbids it: allow io_uring_setup, io_uring_enter and"
            + " io_uring_register in the container's profile"
        : "a security module forbids it; its log names the rule";
  }

  /** Whether this process runs under a seccomp filter: {@code Seccomp: 2}. */
  static boolean filtered() {
    return read(STATUS).lines().anyMatch(line -> line.matches("Seccomp:\\s+2"));
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      return "";
    }
  }
}
