// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Files by descriptor: {@code open(2)}, {@code openat2(2)}, {@code pread(2)} and their kin. */
public final class Files {
  /** Open for reading. */
  public static final int O_RDONLY = 0;

  /** Open for writing. */
  public static final int O_WRONLY = 1;

  /** Open for both. */
  public static final int O_RDWR = 2;

  /** The bits of the access mode. */
  public static final int O_ACCMODE = 3;

  /** Create if missing. */
  public static final int O_CREAT = 0x40;

  /** Fail if it exists. */
  public static final int O_EXCL = 0x80;

  /** Truncate to length 0. */
  public static final int O_TRUNC = 0x200;

  /** Append. */
  public static final int O_APPEND = 0x400;

  /** Do not block. */
  public static final int O_NONBLOCK = 0x800;

  /** Writes are durable when they return: {@code O_DSYNC}. */
  public static final int O_DSYNC = 0x1000;

  /** And so is all that is known of the file: {@code O_SYNC}, with the bit of {@link #O_DSYNC}. */
  public static final int O_SYNC = 0x101000;

  /** Three flags have values of their own on 64-bit ARM. */
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

  /** Bypass the page cache. */
  public static final int O_DIRECT = ARM ? 0x10000 : 0x4000;

  /** Must be a directory. */
  public static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;

  /** Do not follow a final symbolic link. */
  public static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

  /** Close on exec. */
  public static final int O_CLOEXEC = 0x80000;

  /** Only a place in the tree. */
  public static final int O_PATH = 0x200000;

  /** The current directory in place of a directory descriptor. */
  public static final int AT_FDCWD = -100;

  private static final MethodHandle OPEN =
      Native.linkVariadic(
          "openat", 3, Native.INT, Native.INT, Native.POINTER, Native.INT, Native.INT);
  private static final MethodHandle CLOSE = Native.link("close", Native.INT, Native.INT);
  private static final MethodHandle FCNTL =
      Native.linkVariadic("fcntl", 2, Native.INT, Native.INT, Native.INT, Native.INT);
  private static final int F_GETFL = 3;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final MethodHandle PREAD =
      Native.link("pread", Native.LONG, Native.INT, Native.LONG, Native.LONG, Native.LONG);
  private static final MethodHandle PWRITE =
      Native.link("pwrite", Native.LONG, Native.INT, Native.LONG, Native.LONG, Native.LONG);
  private static final MethodHandle READ =
      Native.link("read", Native.LONG, Native.INT, Native.LONG, Native.LONG);
  private static final MethodHandle WRITE =
      Native.link("write", Native.LONG, Native.INT, Native.LONG, Native.LONG);
  private static final MethodHandle FSYNC = Native.link("fsync", Native.INT, Native.INT);
  private static final MethodHandle FDATASYNC = Native.link("fdatasync", Native.INT, Native.INT);
  private static final MethodHandle STATX =
      Native.link(
          "statx", Native.INT, Native.INT, Native.LONG, Native.INT, Native.INT, Native.LONG);

  private Files() {}

  /**
   * {@code openat(2)}.
   *
   * @param dir directory descriptor or {@link #AT_FDCWD}
   * @param path NUL-terminated path
   * @param flags {@code O_*} bits
   * @param mode permissions of a new file
   * @return descriptor or {@code -errno}
   */
  public static int openat(int dir, MemorySegment path, int flags, int mode) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((int) OPEN.invokeExact(state, dir, path, flags, mode), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code open(2)} of a path in a string, close-on-exec.
   *
   * @param path the path
   * @param flags {@code O_*} bits
   * @param mode permissions of a new file
   * @return descriptor or {@code -errno}
   */
  public static int open(String path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      return openat(AT_FDCWD, arena.allocateFrom(path), flags | O_CLOEXEC, mode);
    }
  }

  /**
   * {@code close(2)}.
   *
   * @param fd descriptor; gone afterwards whatever the result
   * @return 0 or {@code -errno}
   */
  public static int close(int fd) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((int) CLOSE.invokeExact(state, fd), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * Another descriptor of the same file, {@code F_DUPFD_CLOEXEC}.
   *
   * @param fd descriptor
   * @return descriptor or {@code -errno}
   */
  public static int duplicate(int fd) {
    return fcntl(fd, F_DUPFD_CLOEXEC);
  }

  /**
   * How a file was opened, {@code F_GETFL}.
   *
   * @param fd descriptor
   * @return {@code O_*} bits, or {@code -errno}
   */
  public static int statusFlags(int fd) {
    return fcntl(fd, F_GETFL);
  }

  private static int fcntl(int fd, int command) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((int) FCNTL.invokeExact(state, fd, command, 0), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code pread(2)}. Blocks.
   *
   * @param fd descriptor
   * @param address where to read to; the caller keeps that memory alive
   * @param length bytes
   * @param offset file offset
   * @return bytes read, 0 at the end, or {@code -errno}
   */
  public static long pread(int fd, long address, long length, long offset) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((long) PREAD.invokeExact(state, fd, address, length, offset), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code pwrite(2)}. Blocks.
   *
   * @param fd descriptor
   * @param address where to write from; the caller keeps that memory alive
   * @param length bytes
   * @param offset file offset
   * @return bytes written or {@code -errno}
   */
  public static long pwrite(int fd, long address, long length, long offset) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((long) PWRITE.invokeExact(state, fd, address, length, offset), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code read(2)}, at the file's own position. Blocks.
   *
   * @param fd descriptor
   * @param address where to read to; the caller keeps that memory alive
   * @param length bytes
   * @return bytes read, 0 at the end, or {@code -errno}
   */
  public static long read(int fd, long address, long length) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((long) READ.invokeExact(state, fd, address, length), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code write(2)}, at the file's own position. Blocks.
   *
   * @param fd descriptor
   * @param address where to write from; the caller keeps that memory alive
   * @param length bytes
   * @return bytes written or {@code -errno}
   */
  public static long write(int fd, long address, long length) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((long) WRITE.invokeExact(state, fd, address, length), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code fsync(2)} or {@code fdatasync(2)}. Blocks.
   *
   * @param fd descriptor
   * @param dataOnly whether attributes that do not matter for reading may be left out
   * @return 0 or {@code -errno}
   */
  public static int sync(int fd, boolean dataOnly) {
    MemorySegment state = Native.capture();
    try {
      return Native.result(
          dataOnly ? (int) FDATASYNC.invokeExact(state, fd) : (int) FSYNC.invokeExact(state, fd),
          state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code statx(2)}. Blocks.
   *
   * @param dir directory descriptor, or the file with {@code AT_EMPTY_PATH}
   * @param path address of a NUL-terminated path
   * @param flags {@code AT_*} bits
   * @param mask {@code STATX_*} bits
   * @param buffer address of {@link Statx#SIZE} bytes
   * @return 0 or {@code -errno}
   */
  public static int statx(int dir, long path, int flags, int mask, long buffer) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((int) STATX.invokeExact(state, dir, path, flags, mask, buffer), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }
}
