// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.annulus.ffi.Statx;
import dev.annulus.ring.Errno;
import java.lang.foreign.MemorySegment;

/** Answers STATX for resources that are no files of the kernel: writes {@code struct statx}. */
public final class StatxReply {
  private static final int STATX_TYPE = 0x1;
  private static final int STATX_MODE = 0x2;
  private static final int STATX_INO = 0x100;
  private static final int STATX_SIZE = 0x200;
  private static final int STATX_BLOCKS = 0x400;

  private StatxReply() {}

  /**
   * Writes the attributes of a read-only regular file.
   *
   * @param request a STATX: {@code off} is the place of the structure in its region
   * @param size bytes
   * @param blockSize preferred I/O size
   * @return 0 or {@code -EFAULT}
   */
  public static long write(Request request, long size, int blockSize) {
    return write(request, Statx.S_IFREG | 0444, size, blockSize, 0);
  }

  /**
   * Writes type, permissions, size and block size.
   *
   * @param request a STATX: {@code off} is the place of the structure in its region
   * @param mode {@code S_IF*} and permissions
   * @param size bytes
   * @param blockSize preferred I/O size
   * @return 0 or {@code -EFAULT}
   */
  public static long write(Request request, int mode, long size, int blockSize) {
    return write(request, mode, size, blockSize, 0);
  }

  /**
   * Writes type, permissions, size, block size and a number.
   *
   * @param request a STATX: {@code off} is the place of the structure in its region
   * @param mode {@code S_IF*} and permissions
   * @param size bytes
   * @param blockSize preferred I/O size
   * @param inode what tells it from the scheme's other resources, or 0 for none
   * @return 0 or {@code -EFAULT}
   */
  public static long write(Request request, int mode, long size, int blockSize, long inode) {
    long at = request.offset();
    if (request.buffer(at, Statx.SIZE) == 0) {
      return -Errno.EFAULT;
    }
    MemorySegment statx = request.region().asSlice(at, Statx.SIZE);
    statx.fill((byte) 0);
    int filled = STATX_TYPE | STATX_MODE | STATX_SIZE | STATX_BLOCKS;
    statx.set(JAVA_INT_UNALIGNED, Statx.MASK, inode == 0 ? filled : filled | STATX_INO);
    statx.set(JAVA_LONG_UNALIGNED, Statx.INO, inode);
    statx.set(JAVA_INT_UNALIGNED, Statx.BLKSIZE, blockSize);
    statx.set(JAVA_INT_UNALIGNED, Statx.NLINK, 1);
    statx.set(JAVA_SHORT_UNALIGNED, Statx.MODE, (short) mode);
    statx.set(JAVA_LONG_UNALIGNED, Statx.SIZE_BYTES, size);
    statx.set(JAVA_LONG_UNALIGNED, Statx.BLOCKS, (size + 511) / 512);
    return 0;
  }
}
