// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ffi.Files;

/**
 * A namespace that a client has opened.
 *
 * @param device the controller as the client's reactor has it
 * @param namespace what was opened
 * @param flags {@code O_*} bits that it was opened with
 */
record BlockHandle(ServedController device, Namespace namespace, int flags) {
  static boolean reads(int flags) {
    return (flags & Files.O_ACCMODE) != Files.O_WRONLY;
  }

  static boolean writes(int flags) {
    return (flags & Files.O_ACCMODE) != Files.O_RDONLY;
  }

  boolean reads() {
    return reads(flags);
  }

  boolean writes() {
    return writes(flags);
  }

  boolean exclusive() {
    return (flags & Files.O_EXCL) != 0;
  }

  /** Whether what is not aligned is refused. */
  boolean direct() {
    return (flags & Files.O_DIRECT) != 0;
  }

  /** Whether each write is to be durable when it completes. */
  boolean durable() {
    return (flags & Files.O_DSYNC) != 0;
  }
}
