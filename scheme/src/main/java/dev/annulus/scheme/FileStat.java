// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.annulus.ffi.Statx;
import java.lang.foreign.MemorySegment;

/**
 * What STATX tells of a resource; {@code statx(2)}.
 *
 * @param mode type ({@code S_IFMT}) and permissions, 16 bits
 * @param size bytes
 * @param blockSize preferred I/O size in bytes; for a block device the size that I/O must be a
 *     multiple of
 * @param uid owner
 * @param gid group
 * @param inode inode number, 0 where there is none
 * @param modifiedSeconds last modification, seconds since 1970
 * @param modifiedNanos and its nanoseconds
 */
public record FileStat(
    int mode,
    long size,
    int blockSize,
    int uid,
    int gid,
    long inode,
    long modifiedSeconds,
    int modifiedNanos) {

  static FileStat read(MemorySegment statx) {
    return new FileStat(
        statx.get(JAVA_SHORT_UNALIGNED, Statx.MODE) & 0xffff,
        statx.get(JAVA_LONG_UNALIGNED, Statx.SIZE_BYTES),
        statx.get(JAVA_INT_UNALIGNED, Statx.BLKSIZE),
        statx.get(JAVA_INT_UNALIGNED, Statx.UID),
        statx.get(JAVA_INT_UNALIGNED, Statx.GID),
        statx.get(JAVA_LONG_UNALIGNED, Statx.INO),
        statx.get(JAVA_LONG_UNALIGNED, Statx.MTIME_SEC),
        statx.get(JAVA_INT_UNALIGNED, Statx.MTIME_NSEC));
  }

  /**
   * Whether it is a block device.
   *
   * @return true for {@code S_IFBLK}
   */
  public boolean isBlockDevice() {
    return (mode & Statx.S_IFMT) == Statx.S_IFBLK;
  }

  /**
   * Whether it is a directory.
   *
   * @return true for {@code S_IFDIR}
   */
  public boolean isDirectory() {
    return (mode & Statx.S_IFMT) == Statx.S_IFDIR;
  }
}
