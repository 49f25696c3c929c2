// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.nvme.Backing;
import dev.annulus.nvme.DmaBuffer;
import dev.annulus.nvme.DmaMemory;
import dev.annulus.nvme.ModelController;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.Transport;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A device that costs next to nothing: its one I/O queue pair completes each command when it is
 * rung, without looking at more than its identifier. The model answers the admin commands. So what
 * is measured with it is the driver.
 */
final class InstantDevice implements Transport, DmaMemory {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final int SQE = 64;
  private static final int CQE = 16;
  private static final int CQE_STATUS = 8;

  private final ModelController model;
  private final int mask;
  private MemorySegment submissions;
  private MemorySegment completions;
  private int head;
  private int tail;
  private long phase = 1;

  /** For one queue pair of so many entries, a power of two that no other queue has. */
  InstantDevice(int entries, long size, int blockSize) {
    model = ModelController.builder().namespace(Backing.nothing(size), blockSize).build();
    mask = entries - 1;
  }

  @Override
  public void submissionDoorbell(int queue, int value) {
    if (queue == 0) {
      model.submissionDoorbell(queue, value);
      return;
    }
    while (head != value) {
      long id = (long) LONG.get(submissions, (long) head * SQE) >>> 16 & 0xFFFF;
      head = head + 1 & mask;
      long word = head | (long) queue << 16 | id << 32 | phase << 48;
      // Release: as any device's, pairs with the driver's acquire of the same word.
      LONG.setRelease(completions, (long) tail * CQE + CQE_STATUS, word);
      tail = tail + 1 & mask;
      if (tail == 0) {
        phase ^= 1;
      }
    }
  }

  @Override
  public void completionDoorbell(int queue, int value) {
    if (queue == 0) {
      model.completionDoorbell(queue, value);
    }
  }

  /** Sees by their sizes which memory the queues have. */
  @Override
  public DmaBuffer allocate(long bytes, long alignment) throws NvmeException {
    DmaBuffer buffer = model.dma().allocate(bytes, alignment);
    if (bytes == (mask + 1L) * SQE) {
      submissions = buffer.memory();
    } else if (bytes == (mask + 1L) * CQE) {
      completions = buffer.memory();
    }
    return buffer;
  }

  @Override
  public void free(DmaBuffer buffer) {
    model.dma().free(buffer);
  }

  @Override
  public long map(MemorySegment memory) throws NvmeException {
    return model.dma().map(memory);
  }

  @Override
  public void unmap(long iova) throws NvmeException {
    model.dma().unmap(iova);
  }

  @Override
  public int readInt(int register) {
    return model.readInt(register);
  }

  @Override
  public long readLong(int register) {
    return model.readLong(register);
  }

  @Override
  public void writeInt(int register, int value) {
    model.writeInt(register, value);
  }

  @Override
  public void writeLong(int register, long value) {
    model.writeLong(register, value);
  }

  @Override
  public DmaMemory dma() {
    return this;
  }

  @Override
  public int interruptVectors() {
    return 0;
  }

  @Override
  public int interruptFd(int vector) {
    return -1;
  }

  @Override
  public void reset() {
    model.reset();
  }

  @Override
  public void close() {
    model.close();
  }
}
