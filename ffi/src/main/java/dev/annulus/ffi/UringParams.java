// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

/** Offsets in {@code struct io_uring_params} ({@code linux/io_uring.h}), 120 bytes. */
public final class UringParams {
  /** Size in bytes. */
  public static final int SIZE = 120;

  /** {@code sq_entries}. */
  public static final int SQ_ENTRIES = 0;

  /** {@code cq_entries}. */
  public static final int CQ_ENTRIES = 4;

  /** {@code flags}: {@code IORING_SETUP_*}. */
  public static final int FLAGS = 8;

  /** {@code sq_thread_cpu}. */
  public static final int SQ_THREAD_CPU = 12;

  /** {@code sq_thread_idle}, milliseconds. */
  public static final int SQ_THREAD_IDLE = 16;

  /** {@code features}: {@code IORING_FEAT_*}, written by the kernel. */
  public static final int FEATURES = 20;

  /** {@code wq_fd}. */
  public static final int WQ_FD = 24;

  /** {@code sq_off.head}: offset of the SQ head in the ring mapping. */
  public static final int SQ_HEAD = 40;

  /** {@code sq_off.tail}. */
  public static final int SQ_TAIL = 44;

  /** {@code sq_off.ring_mask}. */
  public static final int SQ_MASK = 48;

  /** {@code sq_off.flags}: the kernel's {@code IORING_SQ_*} bits. */
  public static final int SQ_FLAGS = 56;

  /** {@code sq_off.dropped}. */
  public static final int SQ_DROPPED = 60;

  /** {@code sq_off.array}: the indirect array. */
  public static final int SQ_ARRAY = 64;

  /** {@code cq_off.head}. */
  public static final int CQ_HEAD = 80;

  /** {@code cq_off.tail}. */
  public static final int CQ_TAIL = 84;

  /** {@code cq_off.overflow}: completions that found no room. */
  public static final int CQ_OVERFLOW = 96;

  /** {@code cq_off.cqes}. */
  public static final int CQ_CQES = 100;

  /** {@code IORING_OFF_SQ_RING}: mmap offset of the rings. */
  public static final long IORING_OFF_SQ_RING = 0;

  /** {@code IORING_OFF_SQES}: mmap offset of the submission entries. */
  public static final long IORING_OFF_SQES = 0x1000_0000L;

  private UringParams() {}
}
