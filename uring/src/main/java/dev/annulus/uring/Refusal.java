// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Threads;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;

/** Says who refused {@code io_uring_setup}, and what to do about it. */
final class Refusal {
  /** What a kernel must have. */
  static final String OLDEST = "Linux 5.19 or later has what is needed";

  private Refusal() {}

  static ErrnoException explain(int errno) {
    return new ErrnoException("io_uring_setup", errno, reason(errno));
  }

  /** The culprit behind an errno of io_uring_setup, and the remedy. */
  static String reason(int errno) {
    return switch (errno) {
      case Errno.EPERM -> forbidden();
      case Errno.ENOSYS ->
          Machine.filtered()
              ? "a seccomp filter answers for the kernel: allow io_uring_setup, io_uring_enter and"
                  + " io_uring_register in the container's profile"
              : "the kernel has no io_uring; " + OLDEST;
      case Errno.EINVAL, Errno.EOPNOTSUPP -> OLDEST;
      case Errno.ENOMEM ->
          "the memlock limit is too small for the ring: raise it (ulimit -l, LimitMEMLOCK=), or ask"
              + " for fewer entries";
      case Errno.EMFILE, Errno.ENFILE -> "no descriptor is left: raise ulimit -n";
      default -> "";
    };
  }

  private static String forbidden() {
    int disabled = Machine.ioUringDisabled();
    if (disabled == 2 || disabled == 1 && Threads.euid() != 0) {
      return "kernel.io_uring_disabled is "
          + disabled
          + ": as root, sysctl kernel.io_uring_disabled=0 allows it"
          + (disabled == 1 ? ", or join the group of kernel.io_uring_group" : "");
    }
    return Machine.filtered()
        ? "a seccomp filter forbids it: allow io_uring_setup, io_uring_enter and"
            + " io_uring_register in the container's profile"
        : "a security module forbids it; its log names the rule";
  }
}
