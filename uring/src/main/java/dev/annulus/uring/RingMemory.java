// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.annulus.ffi.Memory;
import dev.annulus.ffi.UringParams;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Producer;
import dev.annulus.ring.QueueLayout;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The memory that a ring shares with the kernel: one mapping for both queues' words, completion
 * entries and the indirect array ({@code IORING_FEAT_SINGLE_MMAP}), one for submission entries.
 */
final class RingMemory {
  /** Of the SQ's flags: the kernel's thread sleeps. */
  static final int IORING_SQ_NEED_WAKEUP = 1;

  /** Of the SQ's flags: completions wait that found no room. */
  static final int IORING_SQ_CQ_OVERFLOW = 1 << 1;

  /** Of the SQ's flags: the kernel has work to do on the owner's thread. */
  static final int IORING_SQ_TASKRUN = 1 << 2;

  private static final VarHandle INT = JAVA_INT.varHandle();

  final Producer sq;
  final Consumer cq;
  private final Arena arena = Arena.ofShared();
  private final Setup setup;
  private final MemorySegment rings;
  private final long flagsAt;

  RingMemory(Setup setup) throws ErrnoException {
    this.setup = setup;
    int cqeSize = setup.has(SetupFlag.CQE32) ? CqEntry.EXTENDED_SIZE : CqEntry.SIZE;
    int sqeSize = setup.has(SetupFlag.SQE128) ? 2 * SqEntry.SIZE : SqEntry.SIZE;
    MemorySegment sqes;
    boolean mapped = false;
    try {
      long sqesSize = (long) sqeSize * setup.get(UringParams.SQ_ENTRIES);
      rings = map(UringParams.IORING_OFF_SQ_RING, ringsSize(cqeSize));
      sqes = map(UringParams.IORING_OFF_SQES, sqesSize);
      mapped = true;
    } finally {
      if (!mapped) {
        arena.close();
      }
    }
    flagsAt = setup.offset(UringParams.SQ_FLAGS);
    QueueLayout submissions =
        layout(UringParams.SQ_TAIL, UringParams.SQ_HEAD, sqes, 0, UringParams.SQ_ENTRIES, sqeSize);
    sq =
        new Producer(
            hasArray() ? submissions.withArray(setup.offset(UringParams.SQ_ARRAY)) : submissions);
    long cqes = setup.offset(UringParams.CQ_CQES);
    cq =
        new Consumer(
            layout(
                UringParams.CQ_TAIL,
                UringParams.CQ_HEAD,
                rings,
                cqes,
                UringParams.CQ_ENTRIES,
                cqeSize));
  }

  /** Maps queues of other sizes; where there is no room for them, in place of the old ones. */
  static RingMemory inPlaceOf(RingMemory old, Setup changed) throws ErrnoException {
    try {
      return new RingMemory(changed);
    } catch (ErrnoException e) {
      old.close();
      return new RingMemory(changed);
    }
  }

  private long ringsSize(int cqeSize) {
    long end =
        setup.offset(UringParams.CQ_CQES) + (long) cqeSize * setup.get(UringParams.CQ_ENTRIES);
    return hasArray()
        ? Math.max(end, setup.offset(UringParams.SQ_ARRAY) + 4L * setup.get(UringParams.SQ_ENTRIES))
        : end;
  }

  /** Unmaps it, once. */
  void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private boolean hasArray() {
    return !setup.has(SetupFlag.NO_SQARRAY);
  }

  private MemorySegment map(long offset, long size) throws ErrnoException {
    int prot = Memory.PROT_READ | Memory.PROT_WRITE;
    int flags = Memory.MAP_SHARED | Memory.MAP_POPULATE;
    return switch (Memory.map(setup.fd, offset, size, prot, flags, arena)) {
      case Memory.Mapping.Mapped mapped -> mapped.memory();
      case Memory.Mapping.Failed failed ->
          throw new ErrnoException(
              "mmap of " + size + " bytes of an io_uring",
              failed.errno(),
              Refusal.reason(failed.errno()));
    };
  }

  /** The kernel's words are 32 bits wide, and it has no event index. */
  private QueueLayout layout(
      int tail, int head, MemorySegment slots, long slotsAt, int entries, int size) {
    return new QueueLayout(
        rings,
        setup.offset(tail),
        rings,
        setup.offset(head),
        QueueLayout.NONE,
        slots,
        slotsAt,
        setup.get(entries),
        size,
        false);
  }

  /** The kernel's {@code IORING_SQ_*} bits. */
  int flags() {
    // Opaque: a hint; what it announces is ordered by the system call that follows.
    return (int) INT.getOpaque(rings, flagsAt);
  }

  /** Completions that the kernel dropped. */
  long overflows() {
    // Opaque: a counter that only the kernel writes.
    return Integer.toUnsignedLong(
        (int) INT.getOpaque(rings, setup.offset(UringParams.CQ_OVERFLOW)));
  }
}
