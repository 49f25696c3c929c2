// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A submission queue as the model sees it: fetches entries between its head and the tail doorbell.
 */
final class ModelSq {
  private static final VarHandle TAIL;

  static {
    try {
      TAIL = MethodHandles.lookup().findVarHandle(ModelSq.class, "tail", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final int id;
  final int entries;
  final ModelCq cq;
  private final long iova;

  private DmaTable resolvedIn;
  private MemorySegment memory;
  private long base;
  private int head;

  /** The doorbell: written by the driver's thread, read by the one that executes. */
  @SuppressWarnings("unused") // by TAIL
  private int tail;

  ModelSq(int id, int entries, long iova, ModelCq cq) {
    this.id = id;
    this.entries = entries;
    this.iova = iova;
    this.cq = cq;
  }

  /** Writes the doorbell; false where the value is beyond the queue. */
  boolean ring(int value) {
    if (value < 0 || value >= entries) {
      return false;
    }
    // Release: pairs with the acquire in waiting; the entries before the tail are visible to it.
    TAIL.setRelease(this, value);
    return true;
  }

  /** Whether there are entries to fetch. */
  boolean waiting() {
    // Acquire: pairs with the release in ring.
    return head != (int) TAIL.getAcquire(this);
  }

  /** Finds the queue's memory, again where the table has changed; false where it is not mapped. */
  boolean resolve(DmaTable table) {
    if (table == resolvedIn) {
      return true;
    }
    int entry = table.find(iova, (long) entries << Sqe.SHIFT);
    if (entry < 0) {
      return false;
    }
    memory = table.segment(entry);
    base = table.offset(entry, iova);
    resolvedIn = table;
    return true;
  }

  /** Fetches the next entry. */
  void fetch(ModelCommand into) {
    into.load(this, memory, base + ((long) head << Sqe.SHIFT));
    head = head + 1 == entries ? 0 : head + 1;
  }

  /** SQHD for a completion. */
  int head() {
    return head;
  }
}
