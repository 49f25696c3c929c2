// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A completion queue as the model sees it: posts entries between its tail and the head doorbell.
 */
final class ModelCq {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle HEAD;

  static {
    try {
      HEAD = MethodHandles.lookup().findVarHandle(ModelCq.class, "head", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final int id;
  final int entries;

  /** Interrupt vector, -1 where completions raise none. */
  final int vector;

  /** Submission queues that complete into this one. */
  int users;

  /** Completions that will be posted later, whose entries are spoken for. */
  int owed;

  private final long iova;
  private DmaTable resolvedIn;
  private MemorySegment memory;
  private long base;
  private int tail;
  private int phase = 1;

  /** The doorbell: written by the driver's thread, read by the one that executes. */
  @SuppressWarnings("unused") // by HEAD
  private int head;

  ModelCq(int id, int entries, long iova, int vector) {
    this.id = id;
    this.entries = entries;
    this.iova = iova;
    this.vector = vector;
  }

  /** Writes the doorbell; false where the value is beyond the queue. */
  boolean ring(int value) {
    if (value < 0 || value >= entries) {
      return false;
    }
    // Release: pairs with the acquire in hasRoom; the driver has read the entries before the head.
    HEAD.setRelease(this, value);
    return true;
  }

  /** Whether one more completion fits, besides those owed. */
  boolean hasRoom() {
    // Acquire: pairs with the release in ring.
    int used = tail - (int) HEAD.getAcquire(this);
    return (used < 0 ? used + entries : used) + owed < entries - 1;
  }

  /** Finds the queue's memory, again where the table has changed; false where it is not mapped. */
  boolean resolve(DmaTable table) {
    if (table == resolvedIn) {
      return true;
    }
    int entry = table.find(iova, (long) entries << Cqe.SHIFT);
    if (entry < 0) {
      return false;
    }
    memory = table.segment(entry);
    base = table.offset(entry, iova);
    resolvedIn = table;
    return true;
  }

  /** Posts a completion. */
  void post(ModelSq sq, int commandId, int status, int result) {
    long at = base + ((long) tail << Cqe.SHIFT);
    LONG.set(memory, at + Cqe.DW0, result & 0xFFFF_FFFFL);
    long word = Cqe.word(sq.head(), sq.id, commandId, status, phase);
    // Release: pairs with the driver's acquire of this word, CommandQueue.poll in ours.
    LONG.setRelease(memory, at + Cqe.STATUS_WORD, word);
    if (++tail == entries) {
      tail = 0;
      phase ^= 1;
    }
  }
}
