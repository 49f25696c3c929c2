// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** {@code ioctl(2)}: a request, and an argument that is a number or an address. */
final class Ioctl {
  private static final MethodHandle IOCTL =
      Native.linkVariadic("ioctl", 2, Native.INT, Native.INT, Native.LONG, Native.LONG);

  private Ioctl() {}

  /** With a number. Answers a result or {@code -errno}. */
  static int call(int fd, long request, long argument) {
    return call(Native.capture(), fd, request, argument);
  }

  /**
   * With the request's structure, which the kernel reads and writes, as it does what the structure
   * names.
   */
  static int call(int fd, long request, MemorySegment argument) {
    return call(Native.capture(), fd, request, argument.address());
  }

  /** With the caller's capture segment. */
  static int call(MemorySegment capture, int fd, long request, long argument) {
    try {
      // Safety: the callers' structures are as large as their requests say, and live until the call
      // has returned.
      return Native.result((int) IOCTL.invokeExact(capture, fd, request, argument), capture);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }
}
