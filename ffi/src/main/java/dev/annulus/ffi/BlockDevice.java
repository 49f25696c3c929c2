// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What only block devices are asked.
 *
 * <p>Source: {@code ioctl(2)}, {@code linux/fs.h}.
 */
public final class BlockDevice {
  /** {@code BLKGETSIZE64}: {@code _IOR(0x12, 114, size_t)}. */
  private static final long BLKGETSIZE64 = 0x8008_1272L;

  private BlockDevice() {}

  /**
   * The size of a device, {@code BLKGETSIZE64}. Does not block.
   *
   * @param fd descriptor of a block device
   * @return bytes, or {@code -errno}: {@code -ENOTTY} where it is none
   */
  public static long size(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(ValueLayout.JAVA_LONG);
      int result = Ioctl.call(fd, BLKGETSIZE64, bytes);
      return result < 0 ? result : bytes.get(ValueLayout.JAVA_LONG, 0);
    }
  }
}
