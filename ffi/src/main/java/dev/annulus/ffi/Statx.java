// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

/** Offsets in {@code struct statx} ({@code linux/stat.h}), 256 bytes, and the flags of the call. */
public final class Statx {
  /** Size in bytes. */
  public static final int SIZE = 256;

  /** {@code stx_mask}: what is filled in. */
  public static final int MASK = 0;

  /** {@code stx_blksize}: preferred I/O size. */
  public static final int BLKSIZE = 4;

  /** {@code stx_nlink}. */
  public static final int NLINK = 16;

  /** {@code stx_uid}. */
  public static final int UID = 20;

  /** {@code stx_gid}. */
  public static final int GID = 24;

  /** {@code stx_mode}: type and permissions, 16 bits. */
  public static final int MODE = 28;

  /** {@code stx_ino}. */
  public static final int INO = 32;

  /** {@code stx_size}: bytes. */
  public static final int SIZE_BYTES = 40;

  /** {@code stx_blocks}: 512-byte blocks. */
  public static final int BLOCKS = 48;

  /** {@code stx_mtime.tv_sec}. */
  public static final int MTIME_SEC = 112;

  /** {@code stx_mtime.tv_nsec}. */
  public static final int MTIME_NSEC = 120;

  /** {@code STATX_BASIC_STATS}. */
  public static final int STATX_BASIC_STATS = 0x7ff;

  /** {@code AT_EMPTY_PATH}: the descriptor itself. */
  public static final int AT_EMPTY_PATH = 0x1000;

  /** {@code S_IFMT}: the bits of the type. */
  public static final int S_IFMT = 0xf000;

  /** {@code S_IFREG}: a regular file. */
  public static final int S_IFREG = 0x8000;

  /** {@code S_IFDIR}: a directory. */
  public static final int S_IFDIR = 0x4000;

  /** {@code S_IFBLK}: a block device. */
  public static final int S_IFBLK = 0x6000;

  /** {@code S_IFCHR}: a character device. */
  public static final int S_IFCHR = 0x2000;

  private Statx() {}
}
