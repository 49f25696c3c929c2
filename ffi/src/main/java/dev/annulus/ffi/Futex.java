// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waiting on a word of shared memory: {@code futex(2)}, {@code futex_waitv} (Linux 5.16).
 *
 * <p>All words are 32-bit, and shared between processes (no FUTEX_PRIVATE_FLAG) but where flags say
 * otherwise.
 */
public final class Futex {
  /** {@code FUTEX2_SIZE_U32}: flags of the ring opcodes and of futex_waitv for a shared word. */
  public static final int FUTEX2_SIZE_U32 = 2;

  /** {@code FUTEX2_PRIVATE}: added where only this process waits for the word. */
  public static final int FUTEX2_PRIVATE = 128;

  /** {@code FUTEX_BITSET_MATCH_ANY}. */
  public static final long FUTEX_BITSET_MATCH_ANY = 0xffff_ffffL;

  /** {@code FUTEX_WAITV_MAX}: words in one futex_waitv. */
  public static final int FUTEX_WAITV_MAX = 128;

  /** Size of {@code struct futex_waitv}: val u64, uaddr u64, flags u32, reserved u32. */
  public static final int WAITV_SIZE = 24;

  private static final int FUTEX_WAIT = 0;
  private static final int FUTEX_WAKE = 1;
  private static final int FUTEX_CMP_REQUEUE = 4;
  private static final int FUTEX_WAKE_BITSET = 10;
  private static final long CLOCK_MONOTONIC = 1;

  private Futex() {}

  /**
   * {@code FUTEX_WAIT}: sleeps while the word has a value. Blocks.
   *
   * @param word the word's address; the caller keeps that memory alive
   * @param expected sleep only while it has this value
   * @param timeoutNanos relative time-out, or at most 0 for none
   * @return 0 when woken, {@code -EAGAIN} when the value differs, {@code -ETIMEDOUT}, {@code
   *     -EINTR}
   */
  public static int await(long word, int expected, long timeoutNanos) {
    if (timeoutNanos <= 0) {
      return (int) Syscall.call(Syscall.FUTEX, word, FUTEX_WAIT, expected & 0xffff_ffffL, 0, 0, 0);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = timespec(arena, timeoutNanos);
      return (int)
          Syscall.call(
              Syscall.FUTEX, word, FUTEX_WAIT, expected & 0xffff_ffffL, time.address(), 0, 0);
    }
  }

  /**
   * {@code FUTEX_WAKE}. Who sleeps may sleep for ever where that is lost: what fails is tried a
   * second time.
   *
   * @param word the word's address; may be mapped read-only
   * @param most how many waiters to wake at most
   * @return how many were woken, or {@code -errno}
   */
  public static int wake(long word, int most) {
    int woken = (int) Syscall.call(Syscall.FUTEX, word, FUTEX_WAKE, most, 0, 0, 0);
    return woken >= 0 ? woken : (int) Syscall.call(Syscall.FUTEX, word, FUTEX_WAKE, most, 0, 0, 0);
  }

  /**
   * {@code FUTEX_WAKE_BITSET}.
   *
   * @param word the word's address
   * @param most how many waiters to wake at most, at least 1
   * @param mask wake those whose mask has one of these bits, not 0
   * @param flags {@link #FUTEX2_SIZE_U32}, alone or with {@link #FUTEX2_PRIVATE}
   * @return how many were woken, or {@code -errno}
   */
  public static int wake(long word, int most, int mask, int flags) {
    // FUTEX_PRIVATE_FLAG has the value of FUTEX2_PRIVATE.
    int operation = FUTEX_WAKE_BITSET | flags & FUTEX2_PRIVATE;
    return (int) Syscall.call(Syscall.FUTEX, word, operation, most, 0, 0, mask & 0xffff_ffffL);
  }

  /**
   * Writes one {@code struct futex_waitv} for a shared 32-bit word.
   *
   * @param vector memory of the structs, {@link #WAITV_SIZE} bytes each
   * @param index which of them
   * @param word the word's address
   * @param expected sleep only while it has this value
   */
  public static void waitv(MemorySegment vector, int index, long word, int expected) {
    waitv(vector, index, word, expected, FUTEX2_SIZE_U32);
  }

  /**
   * Writes one {@code struct futex_waitv}.
   *
   * @param vector memory of the structs, {@link #WAITV_SIZE} bytes each
   * @param index which of them
   * @param word the word's address
   * @param expected sleep only while it has this value
   * @param flags {@link #FUTEX2_SIZE_U32}, alone or with {@link #FUTEX2_PRIVATE}
   */
  public static void waitv(MemorySegment vector, int index, long word, int expected, int flags) {
    long at = (long) index * WAITV_SIZE;
    vector.set(JAVA_LONG, at, expected & 0xffff_ffffL);
    vector.set(JAVA_LONG, at + 8, word);
    vector.set(JAVA_INT, at + 16, flags);
    vector.set(JAVA_INT, at + 20, 0);
  }

  /**
   * {@code futex_waitv}: sleeps while all words have their values. Blocks.
   *
   * @param vector structs written by {@link #waitv}
   * @param count how many, 1 to {@link #FUTEX_WAITV_MAX}
   * @param deadlineNanos absolute CLOCK_MONOTONIC time, that of {@link System#nanoTime}, or 0 for
   *     none
   * @return index of a word that was woken, {@code -EAGAIN} when one differs, {@code -ETIMEDOUT},
   *     {@code -EINTR}, {@code -ENOSYS} before Linux 5.16
   */
  public static int awaitAny(MemorySegment vector, int count, long deadlineNanos) {
    if (deadlineNanos == 0) {
      return (int) Syscall.call(Syscall.FUTEX_WAITV, vector.address(), count, 0, 0, 0, 0);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = timespec(arena, Math.max(deadlineNanos, 1));
      return (int)
          Syscall.call(
              Syscall.FUTEX_WAITV, vector.address(), count, 0, time.address(), CLOCK_MONOTONIC, 0);
    }
  }

  /**
   * Compares a word without sleeping, and without touching it from here: {@code FUTEX_CMP_REQUEUE}
   * of nobody. An address of no memory is an error, not the end of the JVM.
   *
   * @param word the word's address
   * @param expected what it may have
   * @param scratch address of a word that nobody waits for
   * @return 0 where it has that value, {@code -EAGAIN} where not, {@code -EFAULT} or {@code
   *     -EINVAL} where there is no such word
   */
  public static int compare(long word, int expected, long scratch) {
    return (int)
        Syscall.call(
            Syscall.FUTEX, word, FUTEX_CMP_REQUEUE, 0, 0, scratch, expected & 0xffff_ffffL);
  }

  private static MemorySegment timespec(Arena arena, long nanos) {
    MemorySegment time = arena.allocate(16, 8);
    time.set(JAVA_LONG, 0, nanos / 1_000_000_000L);
    time.set(JAVA_LONG, 8, nanos % 1_000_000_000L);
    return time;
  }
}
