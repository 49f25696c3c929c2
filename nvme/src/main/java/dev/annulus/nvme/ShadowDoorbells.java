// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Doorbells of the I/O queues in memory (Doorbell Buffer Config): what would be written to a
 * doorbell is stored in a page that the device reads by itself while it is busy; in a second page
 * the device says from which value on it must be told by the doorbell. Of each word one side is the
 * writer.
 *
 * <p>No value is missed: this side stores the value, then reads the event index; the device stores
 * the event index, then reads the value again. With a full fence between the two on each side at
 * least one of them sees the other's store: either the device finds the value, or it is rung for.
 *
 * <p>The device is not trusted: whatever it writes as event index, the worst is a doorbell write
 * too many, or one too few, and then {@link QueueGuard} rings for commands that make no progress.
 *
 * <p>The admin queue's words are left to the device, as Linux leaves them: it is rung for each
 * command. QEMU stores there what it was rung for; where the driver stores too, and does not wait
 * for its doorbells, an older value replaces a newer one, and QEMU, past it already, goes round the
 * queue and executes what it finds there once more.
 *
 * <p>Configured while there is no I/O queue, after each enabling of the controller; the words of a
 * queue are 0 when it is made. Source: NVM Express Base Specification 2.0, sections 5.8 and B.5.
 */
final class ShadowDoorbells {
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final DmaMemory dma;
  private final DmaBuffer buffer;
  private final long page;
  private final MemorySegment values;
  private final MemorySegment events;
  private final int stride;

  /** Whether the device uses them. Written by the thread that sets the controller up. */
  private volatile boolean inUse;

  private ShadowDoorbells(DmaMemory dma, long page, int stride) throws NvmeException {
    this.dma = dma;
    this.page = page;
    this.stride = stride;
    buffer = dma.allocate(2 * page, page);
    values = buffer.memory().asSlice(0, page);
    events = buffer.memory().asSlice(page, page);
  }

  /** Whether the controller has them, by its Identify structure. */
  static boolean offered(byte[] controller) {
    int commands = controller[Identify.OACS] & 0xFF | (controller[Identify.OACS + 1] & 0xFF) << 8;
    return (commands & Identify.OACS_DOORBELL_BUFFER) != 0;
  }

  /**
   * For so many I/O queue pairs and the admin queue; null where they are more than a page has room
   * for, 511 of the usual kind, which then have only doorbells.
   */
  static ShadowDoorbells allocate(DmaMemory dma, int queuePairs, long cap) throws NvmeException {
    int stride = 4 << Registers.doorbellStride(cap);
    long page = 1L << 12 + Registers.minPage(cap);
    boolean fit = 2L * (queuePairs + 1) * stride <= page;
    return fit ? new ShadowDoorbells(dma, page, stride) : null;
  }

  /**
   * Tells a controller of them that was enabled just now; it may refuse, and then there are only
   * doorbells.
   */
  void configure(AdminQueue admin) throws NvmeException {
    inUse = false;
    buffer.memory().fill((byte) 0);
    try {
      // The second data pointer of a transfer of two pages is the second page.
      admin.execute(
          AdminOpcode.DOORBELL_BUFFER_CONFIG,
          0,
          0,
          buffer.iova(),
          2 * page,
          "Doorbell Buffer Config",
          "");
      inUse = true;
    } catch (NvmeException e) {
      if (e.status() == NvmeStatus.SUCCESS || e.status() == StatusCode.HOST_PATHING_ERROR.value) {
        throw e;
      }
    }
  }

  boolean inUse() {
    return inUse;
  }

  /** Where the submission queue's word is. */
  long tailOffset(int queue) {
    return 2L * queue * stride;
  }

  /** Where the completion queue's word is. */
  long headOffset(int queue) {
    return (2L * queue + 1) * stride;
  }

  /** Makes words as new, for a queue that is about to be made. */
  void clear(long offset) {
    INT.setOpaque(values, offset, 0);
    INT.setOpaque(events, offset, 0);
  }

  /** Stores a value without asking whether the device wants to be told. */
  void store(long offset, int value) {
    // Release: the entries that it speaks of are there for whoever reads it by acquire.
    INT.setRelease(values, offset, value);
  }

  /** Stores a value; whether the device wants to be told of it by the doorbell. */
  boolean update(long offset, int old, int value) {
    store(offset, value);
    // Full fence: pairs with the device's between its store of the event index and its next read of
    // the value; ModelThread.sleep in the model.
    VarHandle.fullFence();
    return passes((int) INT.getOpaque(events, offset), old, value);
  }

  /**
   * Whether a value passes the event index on the way from the old one. The index is a value that
   * the queue has; the arithmetic is that of 16 bits, in which a queue's wrap is a step over all
   * values that it has not.
   */
  static boolean passes(int event, int old, int value) {
    return (value - event - 1 & 0xFFFF) < (value - old & 0xFFFF);
  }

  /** Frees the memory; the device has stopped. */
  void free() {
    dma.free(buffer);
  }
}
