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
  /** Of the SQ's flags: completions wait that found no room. */
  static final int IORING_SQ_CQ_OVERFLOW = 1 << 1;

  /** Of the SQ's flags: the kernel has work to do on the owner's thread. */
  static final int IORING_SQ_TASKRUN = 1 << 2;

  private static final VarHandle INT = JAVA_INT.varHandle();

  final Producer sq;
  final Consumer cq;
  private final Setup setup;
  private final MemorySegment rings;
  private final long flagsAt;

  RingMemory(Setup setup, Arena arena) throws ErrnoException {
    this.setup = setup;
    int sqEntries = setup.get(UringParams.SQ_ENTRIES);
    int cqEntries = setup.get(UringParams.CQ_ENTRIES);
    long array = setup.offset(UringParams.SQ_ARRAY);
    long cqes = setup.offset(UringParams.CQ_CQES);
    long end = cqes + (long) CqEntry.SIZE * cqEntries;
    if (hasArray()) {
      end = Math.max(end, array + 4L * sqEntries);
    }
    rings = map(UringParams.IORING_OFF_SQ_RING, end, arena);
    MemorySegment sqes = map(UringParams.IORING_OFF_SQES, (long) SqEntry.SIZE * sqEntries, arena);
    flagsAt = setup.offset(UringParams.SQ_FLAGS);
    QueueLayout submissions = layout(UringParams.SQ_TAIL, UringParams.SQ_HEAD, sqes, 0, sqEntries);
    sq = new Producer(hasArray() ? submissions.withArray(array) : submissions);
    cq = new Consumer(layout(UringParams.CQ_TAIL, UringParams.CQ_HEAD, rings, cqes, cqEntries));
  }

  private boolean hasArray() {
    return (setup.get(UringParams.FLAGS) & Setup.IORING_SETUP_NO_SQARRAY) == 0;
  }

  private MemorySegment map(long offset, long size, Arena arena) throws ErrnoException {
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
  private QueueLayout layout(int tail, int head, MemorySegment slots, long slotsAt, int entries) {
    int size = slots == rings ? CqEntry.SIZE : SqEntry.SIZE;
    return new QueueLayout(
        rings,
        setup.offset(tail),
        rings,
        setup.offset(head),
        QueueLayout.NONE,
        slots,
        slotsAt,
        entries,
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
