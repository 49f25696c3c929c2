// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What the model's queues of both kinds have: a doorbell, and entries in the host's memory. */
abstract sealed class ModelQueue permits ModelSq, ModelCq {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);

  /** The doorbell stands alone in the middle of two cache lines and more. */
  private static final int WORDS = 64;

  private static final int DOORBELL = 32;

  final int id;
  final int entries;
  private final int entryShift;
  private final long iova;

  private DmaTable resolvedIn;
  private MemorySegment memory;
  private long base;

  /** Null where the queue's doorbell is only a register. Set before the queue can be found. */
  private ModelShadow shadow;

  private long shadowWord;

  /** The last value of the shadow that can be, and what the host was told of it. */
  private int shadowed;

  private int event;

  /** Written by the driver's thread, read by the one that executes. */
  private final int[] words = new int[WORDS];

  ModelQueue(int id, int entries, int entryShift, long iova) {
    this.id = id;
    this.entries = entries;
    this.entryShift = entryShift;
    this.iova = iova;
  }

  /** Writes the doorbell; false where the value is beyond the queue. */
  final boolean ring(int value) {
    if (value < 0 || value >= entries) {
      return false;
    }
    // Release: pairs with the acquire in doorbell. What the driver wrote before, entries of a
    // submission queue, is visible to whoever sees the value; what it read before, entries of a
    // completion queue, was read before they are written again.
    WORD.setRelease(words, DOORBELL, value);
    return true;
  }

  /** Has the host store its doorbell in memory; writing the register only wakes the model. */
  final void shadow(ModelShadow all, boolean completion) {
    shadow = all;
    shadowWord = all.word(id, completion);
  }

  /** The doorbell's value, by acquire; see {@link #ring}. */
  final int doorbell() {
    return shadow == null ? (int) WORD.getAcquire(words, DOORBELL) : shadowed();
  }

  private int shadowed() {
    int value = shadow.value(shadowWord);
    if (value >= 0 && value < entries) {
      shadowed = value;
    }
    return shadowed;
  }

  /** The model looks by itself: the host is told of a value that it will not pass for long. */
  final void watch() {
    tell(shadowed == 0 ? entries - 1 : shadowed - 1);
  }

  /** The model will not look until it is rung: the host rings when it goes on from here. */
  final void listen() {
    tell(shadowed);
  }

  private void tell(int value) {
    if (shadow != null && value != event) {
      event = value;
      shadow.event(shadowWord, value);
    }
  }

  /** Whether its shadow, if it has one, is still in mapped memory. */
  final boolean shadowResolved(DmaTable table) {
    return shadow == null || shadow.resolve(table);
  }

  /** Finds the queue's memory, again where the table has changed; false where it is not mapped. */
  final boolean resolve(DmaTable table) {
    return table == resolvedIn || lookUp(table);
  }

  private boolean lookUp(DmaTable table) {
    int entry = table.find(iova, (long) entries << entryShift);
    if (entry < 0) {
      return false;
    }
    memory = table.segment(entry);
    base = table.offset(entry, iova);
    resolvedIn = table;
    return true;
  }

  final MemorySegment memory() {
    return memory;
  }

  /** Where an entry lies in the memory. */
  final long offset(int entry) {
    return base + ((long) entry << entryShift);
  }

  /** The entry after one. */
  final int after(int entry) {
    return entry + 1 == entries ? 0 : entry + 1;
  }
}
