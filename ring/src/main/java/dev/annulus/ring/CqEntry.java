// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * A completion entry: Linux's {@code struct io_uring_cqe}, 16 bytes, little endian, on every ring.
 * With {@link #IORING_CQE_F_32} it is extended: 32 bytes, in two slots that follow each other.
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

  /** Size of an extended entry in bytes. */
  public static final int EXTENDED_SIZE = 32;

  /** {@code __u64 user_data}: the submission's. */
  public static final int USER_DATA = 0;

  /** {@code __s32 res}: result, or negative errno. */
  public static final int RES = 8;

  /** {@code __u32 flags}: {@code IORING_CQE_F_*} bits. */
  public static final int FLAGS = 12;

  /** {@code __u64 big_cqe[0]}, of an extended entry: the result, on rings between processes. */
  public static final int EXTRA1 = 16;

  /** {@code __u64 big_cqe[1]}, of an extended entry: 0 on rings between processes. */
  public static final int EXTRA2 = 24;

  /** {@code IORING_CQE_F_BUFFER}: the upper 16 bits of flags name the buffer. */
  public static final int IORING_CQE_F_BUFFER = 1;

  /** {@code IORING_CQE_F_MORE}: the operation will complete again. */
  public static final int IORING_CQE_F_MORE = 1 << 1;

  /** {@code IORING_CQE_F_SOCK_NONEMPTY}: the socket had more to receive. */
  public static final int IORING_CQE_F_SOCK_NONEMPTY = 1 << 2;

  /** {@code IORING_CQE_F_NOTIF}: no result; a send without a copy needs its buffer no more. */
  public static final int IORING_CQE_F_NOTIF = 1 << 3;

  /** {@code IORING_CQE_F_BUF_MORE}: the provided buffer is not used up (Linux 6.12). */
  public static final int IORING_CQE_F_BUF_MORE = 1 << 4;

  /** {@code IORING_CQE_BUFFER_SHIFT}: of the provided buffer's number in the flags. */
  public static final int IORING_CQE_BUFFER_SHIFT = 16;

  /**
   * {@code IORING_CQE_F_SKIP}: this is no completion, but fills the last slot, where an extended
   * entry has no room (Linux 6.18).
   */
  public static final int IORING_CQE_F_SKIP = 1 << 5;

  /** {@code IORING_CQE_F_32}: the entry is extended (Linux 6.18). */
  public static final int IORING_CQE_F_32 = 1 << 15;

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
   * Writes a whole extended entry, but for {@link #IORING_CQE_F_32}, which is set always.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry in bytes, a multiple of 8; 32 bytes are written
   * @param userData the submission's user data
   * @param res result, or negative errno
   * @param extra1 {@code big_cqe[0]}
   * @param extra2 {@code big_cqe[1]}
   */
  public static void fillExtended(
      MemorySegment entries, long at, long userData, int res, long extra1, long extra2) {
    fill(entries, at, userData, res, IORING_CQE_F_32);
    entries.set(JAVA_LONG, at + EXTRA1, extra1);
    entries.set(JAVA_LONG, at + EXTRA2, extra2);
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

  /**
   * Reads the first number that only an extended entry has.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return {@code big_cqe[0]}
   */
  public static long extra1(MemorySegment entries, long at) {
    return entries.get(JAVA_LONG, at + EXTRA1);
  }

  /**
   * Reads the second number that only an extended entry has.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return {@code big_cqe[1]}
   */
  public static long extra2(MemorySegment entries, long at) {
    return entries.get(JAVA_LONG, at + EXTRA2);
  }
}
