// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The model's IOMMU. Addresses begin above 4 GiB, are never used twice, and leave a page unmapped
 * between two ranges: an address that is cut to 32 bits, stale, or too long by one byte is found
 * out.
 */
final class ModelDma implements DmaMemory {
  private static final long FIRST = 1L << 32;
  private static final long PAGE = 4096;

  /** Held by the model while it executes a command: what is unmapped under it is not in use. */
  private final ReentrantLock lock;

  private final Map<Long, Arena> allocated = new HashMap<>();
  private final Map<Long, MemorySegment> mapped = new HashMap<>();
  private long next = FIRST;

  /** Replaced under the lock; read by the model under it as well. */
  private DmaTable table = DmaTable.EMPTY;

  ModelDma(ReentrantLock lock) {
    this.lock = lock;
  }

  DmaTable table() {
    return table;
  }

  @Override
  public DmaBuffer allocate(long bytes, long alignment) throws NvmeException {
    if (bytes <= 0 || alignment <= 0 || Long.bitCount(alignment) != 1) {
      throw new IllegalArgumentException(
          bytes + " bytes aligned to " + alignment + ": must be more than 0, and a power of two");
    }
    Arena arena = Arena.ofShared();
    MemorySegment memory;
    try {
      memory = arena.allocate(bytes, Math.max(alignment, Long.BYTES));
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new NvmeException(
          "allocating " + bytes + " bytes for DMA: out of memory: ask for less, or shorter queues",
          e);
    }
    lock.lock();
    try {
      long iova = add(memory, Math.max(alignment, PAGE));
      allocated.put(iova, arena);
      return new DmaBuffer(memory, iova);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void free(DmaBuffer buffer) {
    Arena arena;
    lock.lock();
    try {
      arena = allocated.remove(buffer.iova());
      if (arena == null) {
        throw new IllegalArgumentException(
            "%xh is not the IOVA of allocated memory; it may be freed already"
                .formatted(buffer.iova()));
      }
      table = table.without(buffer.iova());
    } finally {
      lock.unlock();
    }
    arena.close();
  }

  @Override
  public long map(MemorySegment memory) {
    if (!memory.isNative()
        || memory.address() % PAGE != 0
        || memory.byteSize() % PAGE != 0
        || memory.byteSize() == 0) {
      throw new IllegalArgumentException(
          memory + ": must be native, address and size multiples of " + PAGE);
    }
    lock.lock();
    try {
      long iova = add(memory, PAGE);
      mapped.put(iova, memory);
      return iova;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void unmap(long iova) {
    lock.lock();
    try {
      if (mapped.remove(iova) == null) {
        throw new IllegalArgumentException("nothing is mapped at IOVA %xh".formatted(iova));
      }
      table = table.without(iova);
    } finally {
      lock.unlock();
    }
  }

  private long add(MemorySegment memory, long alignment) {
    long iova = (next + alignment - 1) & -alignment;
    next = (iova + memory.byteSize() + PAGE - 1 & -PAGE) + PAGE;
    table = table.with(iova, memory);
    return iova;
  }

  /** Frees all; the model must have stopped. */
  void close() {
    lock.lock();
    try {
      table = DmaTable.EMPTY;
      mapped.clear();
      allocated.values().forEach(Arena::close);
      allocated.clear();
    } finally {
      lock.unlock();
    }
  }
}
