// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.annulus.ffi.Uring;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.AsyncCancel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** How all that the kernel has of a ring is cancelled: before the ring is freed. */
final class Cancellation {
  /** {@code struct io_uring_sync_cancel_reg}: addr u64, fd u32, flags u32, timeout 2 u64, zeros. */
  private static final int SYNC_CANCEL = 64;

  private final int ring;

  /** What a device is polled for cannot be cancelled. */
  private final boolean never;

  private boolean restricted;

  Cancellation(Setup setup) {
    ring = setup.fd;
    never = setup.has(SetupFlag.IOPOLL);
  }

  /** From now on entries may be refused. */
  void restricted() {
    restricted = true;
  }

  boolean isByEntry() {
    return !never && !restricted;
  }

  void write(MemorySegment entries, long at) {
    SqEntry.fill(entries, at, Opcode.ASYNC_CANCEL, -1, 0, 0, 0, 0);
    SqEntry.opFlags(entries, at, AsyncCancel.IORING_ASYNC_CANCEL_ANY);
  }

  /** The other way, since Linux 6.0. What it does not find completes by itself. */
  void call() {
    if (!restricted || never) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment cancel = arena.allocate(SYNC_CANCEL, 8);
      int flags = AsyncCancel.IORING_ASYNC_CANCEL_ANY | AsyncCancel.IORING_ASYNC_CANCEL_ALL;
      cancel.set(JAVA_INT, 8, -1);
      cancel.set(JAVA_INT, 12, flags);
      Uring.register(ring, RegisterOp.REGISTER_SYNC_CANCEL.number(), cancel, 1);
    }
  }
}
