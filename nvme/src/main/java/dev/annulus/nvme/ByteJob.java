// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Reads or writes bytes that are no whole blocks, or lie where the device cannot reach: by way of a
 * buffer of the driver's, a part after the other. Where a part that is written begins or ends
 * within a block, that block is read first.
 */
final class ByteJob extends Job {
  /** Bytes of the buffer: at least a block of the largest size. */
  static final int BUFFER = 1 << 16;

  private enum Step {
    READ,
    READ_FIRST,
    READ_LAST,
    WRITE
  }

  private final DmaBuffer buffer;
  private int blockShift;
  private boolean durable;

  /** Where the client's bytes are, and how far they are moved. */
  private MemorySegment memory;

  private long from;
  private long position;
  private long left;
  private long done;

  /** The part at hand: its blocks, where its bytes begin in the first, how many they are. */
  private long partBlock;

  private int partBlocks;
  private int partSkip;
  private int partBytes;
  private Step step;

  ByteJob(int number, DmaBuffer buffer) {
    super(number);
    this.buffer = buffer;
  }

  /** Says what to move, after {@link #begin}. */
  void move(
      MemorySegment clients, long at, int shift, long offset, long length, boolean throughCache) {
    memory = clients;
    from = at;
    blockShift = shift;
    position = offset;
    left = length;
    done = 0;
    durable = throughCache;
    plan();
  }

  private void plan() {
    int mask = (1 << blockShift) - 1;
    partSkip = (int) position & mask;
    partBytes = (int) Math.min(left, BUFFER - partSkip);
    partBlock = position >>> blockShift;
    partBlocks = partSkip + partBytes + mask >>> blockShift;
    if (!writes) {
      step = Step.READ;
    } else if (partSkip != 0 || partBytes < 1 << blockShift) {
      step = Step.READ_FIRST;
    } else {
      afterFirst();
    }
  }

  private void afterFirst() {
    boolean lastIsPart = (partSkip + partBytes & (1 << blockShift) - 1) != 0;
    if (lastIsPart && partBlocks > 1) {
      step = Step.READ_LAST;
    } else {
      take();
    }
  }

  /** The blocks around are there: the client's bytes go between. */
  private void take() {
    MemorySegment.copy(memory, from + done, buffer.memory(), partSkip, partBytes);
    step = Step.WRITE;
  }

  @Override
  boolean submit(QueuePair queue) {
    long iova = buffer.iova();
    int last = partBlocks - 1;
    return switch (step) {
      case READ -> queue.read(nsid, partBlock, partBlocks, iova, queueToken);
      case READ_FIRST -> queue.read(nsid, partBlock, 1, iova, queueToken);
      case READ_LAST ->
          queue.read(nsid, partBlock + last, 1, iova + ((long) last << blockShift), queueToken);
      case WRITE ->
          durable
              ? queue.writeThrough(nsid, partBlock, partBlocks, iova, queueToken)
              : queue.write(nsid, partBlock, partBlocks, iova, queueToken);
    };
  }

  @Override
  boolean advance() {
    switch (step) {
      case READ_FIRST -> afterFirst();
      case READ_LAST -> take();
      case READ -> {
        MemorySegment.copy(buffer.memory(), partSkip, memory, from + done, partBytes);
        return moved();
      }
      case WRITE -> {
        return moved();
      }
    }
    return false;
  }

  private boolean moved() {
    position += partBytes;
    done += partBytes;
    left -= partBytes;
    if (left > 0) {
      plan();
    }
    return left == 0;
  }

  @Override
  long done() {
    return done;
  }
}
