// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The shadow doorbells that a host has configured, as the model sees them: words that the host
 * writes, and event indices that the model does. What memory they lie in was checked when they were
 * configured, and is again by {@link #resolve} when the host has mapped or unmapped any.
 */
final class ModelShadow {
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final long valuesIova;
  private final long eventsIova;
  private final long bytes;
  private final int stride;
  private final Faults faults;

  private DmaTable resolvedIn;
  private MemorySegment values;
  private MemorySegment events;

  ModelShadow(long valuesIova, long eventsIova, int queues, int stride, Faults faults) {
    this.valuesIova = valuesIova;
    this.eventsIova = eventsIova;
    bytes = 2L * queues * stride;
    this.stride = stride;
    this.faults = faults;
  }

  /** Finds the memory, again where the table has changed; false where it is not mapped. */
  boolean resolve(DmaTable table) {
    return table == resolvedIn || lookUp(table);
  }

  private boolean lookUp(DmaTable table) {
    MemorySegment first = slice(table, valuesIova);
    MemorySegment second = slice(table, eventsIova);
    if (first == null || second == null) {
      return false;
    }
    values = first;
    events = second;
    resolvedIn = table;
    return true;
  }

  private MemorySegment slice(DmaTable table, long iova) {
    int entry = table.find(iova, bytes);
    return entry < 0 ? null : table.segment(entry).asSlice(table.offset(entry, iova), bytes);
  }

  /** Where the word of a queue's submission or completion doorbell is. */
  long word(int queue, boolean completion) {
    return (2L * queue + (completion ? 1 : 0)) * stride;
  }

  /** What the host has stored, -1 where it has taken the memory away. */
  int value(long word) {
    try {
      // Acquire: pairs with the driver's release, ShadowDoorbells.store in ours.
      return (int) INT.getAcquire(values, word);
    } catch (IllegalStateException e) {
      return -1;
    }
  }

  /** Tells the host which value, when it goes on from there, is to be told by the doorbell. */
  void event(long word, int value) {
    try {
      INT.setOpaque(events, word, faults.eventIndex(value));
    } catch (IllegalStateException e) {
      return; // the host has taken the memory away: it will not look there either
    }
  }
}
