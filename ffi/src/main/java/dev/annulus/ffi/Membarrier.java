// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

/**
 * A full fence on every processor that runs a thread of a registered process, {@code membarrier(2)}
 * with {@code MEMBARRIER_CMD_GLOBAL_EXPEDITED} (Linux 4.16): one side of a pair pays for both.
 */
public final class Membarrier {
  private static final int GLOBAL_EXPEDITED = 1 << 1;
  private static final int REGISTER_GLOBAL_EXPEDITED = 1 << 2;
  private static final int REGISTER_PRIVATE_EXPEDITED = 1 << 4;

  /**
   * Registers this process; what came of it does not change. Linux passes over processors that idle
   * with this process's memory still in place, and has their state wrong until another process runs
   * there (seen on 6.18: 3 of 8 registrations). The second registration makes it look again.
   */
  private static final boolean AVAILABLE =
      Syscall.call(Syscall.MEMBARRIER, REGISTER_GLOBAL_EXPEDITED, 0, 0, 0, 0, 0) == 0
          && Syscall.call(Syscall.MEMBARRIER, REGISTER_PRIVATE_EXPEDITED, 0, 0, 0, 0, 0) == 0
          && Syscall.call(Syscall.MEMBARRIER, GLOBAL_EXPEDITED, 0, 0, 0, 0, 0) == 0;

  private Membarrier() {}

  /**
   * Whether this process is registered, so that others' {@link #everywhere} reaches its threads,
   * and whether it may make that call itself. Registers it when first asked.
   *
   * @return false on older kernels and where a filter forbids the call
   */
  public static boolean available() {
    return AVAILABLE;
  }

  /**
   * Returns when every running thread of every registered process, and the caller, has been through
   * a full fence; but for one on a processor that the kernel passed over when its process
   * registered, so the caller must not rely on this alone. Only where {@link #available}.
   */
  public static void everywhere() {
    long result = Syscall.call(Syscall.MEMBARRIER, GLOBAL_EXPEDITED, 0, 0, 0, 0, 0);
    if (result != 0) {
      throw new AssertionError("membarrier worked before and failed now, errno " + -result);
    }
  }
}
