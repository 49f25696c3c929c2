// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * Writes submission entries, one method an operation: all 64 bytes, so that nothing of an earlier
 * use is left. The first two parameters are always the memory of {@link Ring#entries} and the
 * offset from {@link Ring#claim}, the last the user data. Results are as of the system call of the
 * same name.
 *
 * <p>Addresses are the caller's: buffers stay alive and untouched until the completion, paths and
 * structures until {@link Ring#submit}. Source: {@code io_uring_enter(2)}.
 */
public final class Prep {
  /** {@code IORING_FSYNC_DATASYNC}. */
  public static final int FSYNC_DATASYNC = 1;

  /** {@code IORING_NOP_CQE32} of {@code nop_flags}: complete with an extended entry. */
  static final int NOP_CQE32 = 1 << 5;

  private static final long MATCH_ANY = 0xffff_ffffL;
  private static final int SIZE_OF_OPEN_HOW = 24;

  /** Stands where a descriptor would. */
  private static final int FUTEX2_SIZE_U32 = 2;

  private Prep() {}

  /**
   * {@code IORING_OP_NOP}: completes with 0.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param tag user data
   */
  public static void nop(MemorySegment entries, long at, long tag) {
    SqEntry.fill(entries, at, Opcode.NOP, -1, 0, 0, 0, tag);
  }

  /**
   * {@code IORING_OP_NOP} with {@code IORING_NOP_CQE32}: completes with 0, extended. For rings with
   * {@link RingOptions#mixed}; others answer {@code -EINVAL}.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param extra1 comes back in the completion
   * @param extra2 comes back in the completion
   * @param tag user data
   */
  public static void nopExtended(
      MemorySegment entries, long at, long extra1, long extra2, long tag) {
    SqEntry.fill(entries, at, Opcode.NOP, -1, extra1, extra2, 0, tag);
    SqEntry.opFlags(entries, at, NOP_CQE32);
  }

  /**
   * {@code IORING_OP_READ}, as {@code pread(2)}.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param fd descriptor
   * @param address buffer
   * @param length bytes
   * @param offset in the file, or -1 for its own position
   * @param tag user data
   */
  public static void read(
      MemorySegment entries, long at, int fd, long address, int length, long offset, long tag) {
    SqEntry.fill(entries, at, Opcode.READ, fd, offset, address, length, tag);
  }

  /**
   * {@code IORING_OP_WRITE}, as {@code pwrite(2)}.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param fd descriptor
   * @param address buffer
   * @param length bytes
   * @param offset in the file, or -1 for its own position
   * @param tag user data
   */
  public static void write(
      MemorySegment entries, long at, int fd, long address, int length, long offset, long tag) {
    SqEntry.fill(entries, at, Opcode.WRITE, fd, offset, address, length, tag);
  }

  /**
   * {@code IORING_OP_READ_FIXED}: into a part of a registered buffer.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param fd descriptor
   * @param buffer index of the registered buffer
   * @param address within it
   * @param length bytes
   * @param offset in the file
   * @param tag user data
   */
  public static void readFixed(
      MemorySegment entries,
      long at,
      int fd,
      int buffer,
      long address,
      int length,
      long offset,
      long tag) {
    SqEntry.fill(entries, at, Opcode.READ_FIXED, fd, offset, address, length, tag);
    SqEntry.bufIndex(entries, at, buffer);
  }

  /**
   * {@code IORING_OP_WRITE_FIXED}: from a part of a registered buffer.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param fd descriptor
   * @param buffer index of the registered buffer
   * @param address within it
   * @param length bytes
   * @param offset in the file
   * @param tag user data
   */
  public static void writeFixed(
      MemorySegment entries,
      long at,
      int fd,
      int buffer,
      long address,
      int length,
      long offset,
      long tag) {
    SqEntry.fill(entries, at, Opcode.WRITE_FIXED, fd, offset, address, length, tag);
    SqEntry.bufIndex(entries, at, buffer);
  }

  /**
   * {@code IORING_OP_FSYNC}, as {@code fsync(2)}. Not ordered after writes that are in flight.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param fd descriptor
   * @param flags 0 or {@link #FSYNC_DATASYNC}
   * @param tag user data
   */
  public static void fsync(MemorySegment entries, long at, int fd, int flags, long tag) {
    SqEntry.fill(entries, at, Opcode.FSYNC, fd, 0, 0, 0, tag);
    SqEntry.opFlags(entries, at, flags);
  }

  /**
   * {@code IORING_OP_OPENAT}, as {@code openat(2)}; the result is a descriptor.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param dir directory descriptor, or -100 ({@code AT_FDCWD})
   * @param path address of a NUL-terminated path
   * @param flags {@code O_*} bits
   * @param mode permissions of a new file
   * @param tag user data
   */
  public static void openat(
      MemorySegment entries, long at, int dir, long path, int flags, int mode, long tag) {
    SqEntry.fill(entries, at, Opcode.OPENAT, dir, 0, path, mode, tag);
    SqEntry.opFlags(entries, at, flags);
  }

  /**
   * {@code IORING_OP_OPENAT2}, as {@code openat2(2)}; the result is a descriptor.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param dir directory descriptor
   * @param path address of a NUL-terminated path
   * @param how address of a {@code struct open_how}
   * @param tag user data
   */
  public static void openat2(
      MemorySegment entries, long at, int dir, long path, long how, long tag) {
    SqEntry.fill(entries, at, Opcode.OPENAT2, dir, how, path, SIZE_OF_OPEN_HOW, tag);
  }

  /**
   * {@code IORING_OP_CLOSE}, as {@code close(2)}.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param fd descriptor
   * @param tag user data
   */
  public static void close(MemorySegment entries, long at, int fd, long tag) {
    SqEntry.fill(entries, at, Opcode.CLOSE, fd, 0, 0, 0, tag);
  }

  /**
   * {@code IORING_OP_STATX}, as {@code statx(2)}.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param dir directory descriptor, or the file itself with {@code AT_EMPTY_PATH}
   * @param path address of a NUL-terminated path
   * @param flags {@code AT_*} bits
   * @param mask {@code STATX_*} bits
   * @param buffer address of 256 bytes
   * @param tag user data
   */
  public static void statx(
      MemorySegment entries,
      long at,
      int dir,
      long path,
      int flags,
      int mask,
      long buffer,
      long tag) {
    SqEntry.fill(entries, at, Opcode.STATX, dir, buffer, path, mask, tag);
    SqEntry.opFlags(entries, at, flags);
  }

  /**
   * {@code IORING_OP_TIMEOUT}: completes with {@code -ETIME} after a time.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param timespec address of seconds and nanoseconds, 64 bits each
   * @param tag user data
   */
  public static void timeout(MemorySegment entries, long at, long timespec, long tag) {
    SqEntry.fill(entries, at, Opcode.TIMEOUT, -1, 0, timespec, 1, tag);
  }

  /**
   * {@code IORING_OP_ASYNC_CANCEL}: completes with 0, {@code -ENOENT} where nothing has that user
   * data, or {@code -EALREADY} where it is too late. What is cancelled completes with {@code
   * -ECANCELED}.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param target user data of the operation to cancel
   * @param tag user data
   */
  public static void cancel(MemorySegment entries, long at, long target, long tag) {
    SqEntry.fill(entries, at, Opcode.ASYNC_CANCEL, -1, 0, target, 0, tag);
  }

  /**
   * {@code IORING_OP_POLL_ADD}: completes once, with the events that have come, as {@code poll(2)}.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param fd descriptor
   * @param events {@code POLL*} bits
   * @param tag user data
   */
  public static void pollAdd(MemorySegment entries, long at, int fd, int events, long tag) {
    SqEntry.fill(entries, at, Opcode.POLL_ADD, fd, 0, 0, 0, tag);
    SqEntry.opFlags(entries, at, events);
  }

  /**
   * {@code IORING_OP_FUTEX_WAIT} on a 32-bit word that processes share (Linux 6.7): completes with
   * 0 when woken, {@code -EAGAIN} where the value differs.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param word the word's address
   * @param expected wait only while it has this value
   * @param tag user data
   */
  public static void futexWait(MemorySegment entries, long at, long word, int expected, long tag) {
    long value = expected & 0xffff_ffffL;
    SqEntry.fill(entries, at, Opcode.FUTEX_WAIT, FUTEX2_SIZE_U32, value, word, 0, tag);
    SqEntry.addr3(entries, at, MATCH_ANY);
  }

  /**
   * {@code IORING_OP_FUTEX_WAKE} of a 32-bit word that processes share (Linux 6.7): completes with
   * the number of waiters that were woken.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param word the word's address
   * @param most how many waiters to wake at most
   * @param tag user data
   */
  public static void futexWake(MemorySegment entries, long at, long word, int most, long tag) {
    long count = most & 0xffff_ffffL;
    SqEntry.fill(entries, at, Opcode.FUTEX_WAKE, FUTEX2_SIZE_U32, count, word, 0, tag);
    SqEntry.addr3(entries, at, MATCH_ANY);
  }

  /**
   * {@code IORING_OP_FUTEX_WAITV} on up to 128 words (Linux 6.7): completes with the index of one
   * that was woken, {@code -EAGAIN} where the value of one differs.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param vector address of as many {@code struct futex_waitv}
   * @param count how many, 1 to 128
   * @param tag user data
   */
  public static void futexWaitv(MemorySegment entries, long at, long vector, int count, long tag) {
    SqEntry.fill(entries, at, Opcode.FUTEX_WAITV, 0, 0, vector, count, tag);
  }

  /**
   * {@code IORING_OP_WAITID}, as {@code waitid(2)} (Linux 6.7): completes with 0 when a child is as
   * asked for, {@code -ECHILD} where there is none that could be.
   *
   * @param entries the ring's entries
   * @param at the claimed one
   * @param idType {@code P_*}
   * @param id process, group or pidfd
   * @param info address of a {@code siginfo_t}, untouched until the completion, or 0
   * @param options {@code W*} bits
   * @param tag user data
   */
  public static void waitid(
      MemorySegment entries, long at, int idType, int id, long info, int options, long tag) {
    SqEntry.fill(entries, at, Opcode.WAITID, id, info, 0, idType, tag);
    SqEntry.fileIndex(entries, at, options);
  }
}
