// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** {@code struct open_how} of {@code openat2(2)}: flags, mode, resolve, 64 bits each. */
public final class OpenHow {
  /** Size in bytes. */
  public static final int SIZE = 24;

  /** {@code RESOLVE_NO_MAGICLINKS}: refuse the links of /proc. */
  public static final long RESOLVE_NO_MAGICLINKS = 2;

  /** {@code RESOLVE_BENEATH}: refuse every way out of the directory, with EXDEV. */
  public static final long RESOLVE_BENEATH = 8;

  private OpenHow() {}

  /**
   * Writes the structure.
   *
   * @param memory where
   * @param at offset, a multiple of 8
   * @param flags {@code O_*} bits
   * @param mode permissions of a new file; must be 0 where none is made
   * @param resolve {@code RESOLVE_*} bits
   */
  public static void write(MemorySegment memory, long at, long flags, long mode, long resolve) {
    memory.set(JAVA_LONG, at, flags);
    memory.set(JAVA_LONG, at + 8, mode);
    memory.set(JAVA_LONG, at + 16, resolve);
  }

  /**
   * {@code openat2(2)}. Blocks.
   *
   * @param dir directory descriptor
   * @param path address of a NUL-terminated path
   * @param how address of the structure
   * @return descriptor or {@code -errno}
   */
  public static int openat2(int dir, long path, long how) {
    return (int) Syscall.call(Syscall.OPENAT2, dir, path, how, SIZE, 0, 0);
  }
}
