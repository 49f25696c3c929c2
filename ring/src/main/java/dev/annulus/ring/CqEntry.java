// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * A completion entry: Linux's {@code struct io_uring_cqe}, 16 bytes, little endian, on every ring.
 *
 * <p>Entries are not objects: each method works on the entry that begins {@code at} bytes into a
 * segment. All accesses are plain; {@link Producer#publish} and {@link Consumer#available} order
 * them.
 *
 * <p>Source: {@code linux/io_uring.h}; {@code io_uring_enter(2)}.
 */
public final class CqEntry {
  /** Size of an entry in bytes. */
  public static final int SIZE = 16;

  /** {@code __u64 user_data}: the submission's. */
  public static final int USER_DATA = 0;

  /** {@code __s32 res}: result, or negative errno. */
  public static final int RES = 8;

  /** {@code __u32 flags}: {@code IORING_CQE_F_*} bits. */
  public static final int FLAGS = 12;

  /** {@code IORING_CQE_F_BUFFER}: the upper 16 bits of flags name the buffer. */
  public static final int IORING_CQE_F_BUFFER = 1;

  /** {@code IORING_CQE_F_MORE}: the operation will complete again. */
  public static final int IORING_CQE_F_MORE = 1 << 1;

  private CqEntry() {}

  /**
   * Writes a whole entry.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry in bytes, a multiple of 8
   * @param userData the submission's user data
   * @param res result, or negative errno
   * @param flags {@code IORING_CQE_F_*} bits
   */
  public static void fill(MemorySegment entries, long at, long userData, int res, int flags) {
    entries.set(JAVA_LONG, at + USER_DATA, userData);
    entries.set(JAVA_LONG, at + RES, (res & 0xffff_ffffL) | ((long) flags << 32));
  }

  /**
   * Reads {@code user_data}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return the submission's user data
   */
  public static long userData(MemorySegment entries, long at) {
    return entries.get(JAVA_LONG, at + USER_DATA);
  }

  /**
   * Reads {@code res}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return result, or negative errno
   */
  public static int res(MemorySegment entries, long at) {
    return entries.get(JAVA_INT, at + RES);
  }

  /**
   * Reads {@code flags}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return {@code IORING_CQE_F_*} bits
   */
  public static int flags(MemorySegment entries, long at) {
    return entries.get(JAVA_INT, at + FLAGS);
  }
}
