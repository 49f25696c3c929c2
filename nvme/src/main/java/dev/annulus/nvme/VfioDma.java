// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ffi.Memory;
import dev.annulus.ffi.Vfio;
import dev.annulus.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory behind a real IOMMU. It is pinned while it is mapped, and counts against the limit of
 * locked memory.
 */
final class VfioDma implements DmaMemory {
  private static final long PAGE = 4096;
  private static final int MOST_RANGES = 256;

  /** What is mapped: its size, and its arena where it is ours. */
  private record Range(long bytes, Arena arena) {}

  private final int container;
  private final IovaSpace space;
  private final Map<Long, Range> ranges = new HashMap<>();

  /** For a container with an IOMMU. */
  VfioDma(int container) throws NvmeException {
    this.container = container;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bounds = arena.allocate(16L * MOST_RANGES, 8);
      int count = Vfio.iovaRanges(container, bounds);
      if (count <= 0) {
        throw new NvmeException(
            "VFIO_IOMMU_GET_INFO: "
                + (count < 0 ? Errno.describe(-count) : "no ranges of addresses")
                + ": Linux tells them since 5.4; use a later kernel");
      }
      space = new IovaSpace(bounds.asSlice(0, 16L * count).toArray(ValueLayout.JAVA_LONG));
    }
  }

  @Override
  public synchronized DmaBuffer allocate(long bytes, long alignment) throws NvmeException {
    if (bytes <= 0 || alignment <= 0 || Long.bitCount(alignment) != 1) {
      throw new IllegalArgumentException(
          bytes + " bytes aligned to " + alignment + ": must be more than 0, and a power of two");
    }
    long size = bytes + PAGE - 1 & -PAGE;
    long extra = Math.max(alignment, PAGE) - PAGE;
    Arena arena = Arena.ofShared();
    try {
      // Pages of our own: what shares a page with it would be in the device's reach as well.
      MemorySegment memory = aligned(pages(size + extra, arena), size, alignment);
      long iova = add(memory, Math.max(alignment, PAGE), true, arena);
      return new DmaBuffer(memory.asSlice(0, bytes), iova);
    } catch (NvmeException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static MemorySegment pages(long size, Arena arena) throws NvmeException {
    return switch (Memory.map(
        -1,
        0,
        size,
        Memory.PROT_READ | Memory.PROT_WRITE,
        Memory.MAP_PRIVATE | Memory.MAP_ANONYMOUS,
        arena)) {
      case Memory.Mapping.Mapped mapped -> mapped.memory();
      case Memory.Mapping.Failed failed ->
          throw new NvmeException(
              "mmap of "
                  + size
                  + " bytes for DMA: "
                  + Errno.describe(failed.errno())
                  + ": ask for less, or shorter queues");
    };
  }

  private static MemorySegment aligned(MemorySegment memory, long size, long alignment) {
    long at = memory.address() + alignment - 1 & -alignment;
    return memory.asSlice(at - memory.address(), size);
  }

  @Override
  public void free(DmaBuffer buffer) {
    Range range = take(buffer.iova(), true);
    int result = remove(buffer.iova(), range);
    if (result < 0) {
      // The device may still reach it: it stays.
      throw new IllegalStateException(unmapping(buffer.iova(), range.bytes, result));
    }
    range.arena.close();
  }

  @Override
  public synchronized long map(MemorySegment memory) throws NvmeException {
    if (!memory.isNative()
        || memory.address() % PAGE != 0
        || memory.byteSize() % PAGE != 0
        || memory.byteSize() == 0) {
      throw new IllegalArgumentException(
          memory + ": must be native, address and size multiples of " + PAGE);
    }
    return add(memory, PAGE, !memory.isReadOnly(), null);
  }

  @Override
  public void unmap(long iova) throws NvmeException {
    Range range = take(iova, false);
    int result = remove(iova, range);
    if (result < 0) {
      throw new NvmeException(unmapping(iova, range.bytes, result));
    }
  }

  private long add(MemorySegment memory, long alignment, boolean writable, Arena arena)
      throws NvmeException {
    long bytes = memory.byteSize();
    long iova = space.take(bytes, alignment);
    if (iova < 0) {
      throw new NvmeException(
          "no "
              + bytes
              + " addresses in a row are left behind the IOMMU: unmap what is not in use, or map"
              + " larger pieces");
    }
    int flags = Vfio.VFIO_DMA_MAP_FLAG_READ | (writable ? Vfio.VFIO_DMA_MAP_FLAG_WRITE : 0);
    int result = Vfio.map(container, memory.address(), iova, bytes, flags);
    if (result < 0) {
      space.give(iova, bytes);
      throw new NvmeException(
          "VFIO_IOMMU_MAP_DMA of " + bytes + " bytes: " + Errno.describe(-result) + remedy(result));
    }
    ranges.put(iova, new Range(bytes, arena));
    return iova;
  }

  private static String remedy(int result) {
    return switch (-result) {
      case Errno.ENOMEM -> ": raise the limit of locked memory (ulimit -l, LimitMEMLOCK=)";
      case Errno.ENOSPC -> ": more mappings than the IOMMU driver allows (dma_entry_limit)";
      case Errno.EFAULT -> ": the memory is not the process's to pin";
      default -> "";
    };
  }

  private synchronized Range take(long iova, boolean ours) {
    Range range = ranges.get(iova);
    if (range == null || (range.arena != null) != ours) {
      throw new IllegalArgumentException("nothing is mapped at IOVA %xh".formatted(iova));
    }
    ranges.remove(iova);
    return range;
  }

  private synchronized int remove(long iova, Range range) {
    int result = Vfio.unmap(container, iova, range.bytes);
    if (result >= 0) {
      space.give(iova, range.bytes);
    }
    return result;
  }

  private static String unmapping(long iova, long bytes, int result) {
    return "VFIO_IOMMU_UNMAP_DMA of %,d bytes at %xh: %s: mapped until the device is closed"
        .formatted(bytes, iova, Errno.describe(-result));
  }

  /** Frees all; the device reaches nothing any more. */
  synchronized void close() {
    ranges.forEach((iova, range) -> {
      Vfio.unmap(container, iova, range.bytes);
      if (range.arena != null) {
        range.arena.close();
      }
    });
    ranges.clear();
  }
}
