// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Memory;
import dev.annulus.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * The guest's memory, a file in memory that QEMU has mapped too. An address of the device is an
 * offset in it; each allocation is mapped here by itself, so that what is freed is not touched any
 * more. There is no IOMMU: the device reaches all of the guest's memory, and nothing else of this
 * process.
 */
final class QemuDma implements DmaMemory {
  private static final long PAGE = 4096;

  /** Below, a PC has its screen, its firmware, and holes. */
  private static final long FIRST = 1 << 20;

  private final int fd;
  private final IovaSpace space;
  private final Map<Long, Piece> pieces = new HashMap<>();
  private boolean closed;

  /** What is allocated. */
  private record Piece(long bytes, Arena arena) {}

  private QemuDma(int fd, long bytes) {
    this.fd = fd;
    space = new IovaSpace(FIRST, bytes - 1);
  }

  /** Makes the file; nobody can change its size. */
  static QemuDma make(long bytes) throws NvmeException {
    int fd = Memory.memfd("annulus-qemu", bytes);
    int sealed = fd < 0 ? fd : Memory.seal(fd, Memory.F_SEAL_SHRINK | Memory.F_SEAL_GROW);
    if (sealed < 0) {
      if (fd >= 0) {
        Files.close(fd);
      }
      throw new NvmeException(
          "making the guest's memory, %,d bytes: %s: ask for less"
              .formatted(bytes, Errno.describe(-sealed)));
    }
    return new QemuDma(fd, bytes);
  }

  int fd() {
    return fd;
  }

  @Override
  public synchronized DmaBuffer allocate(long bytes, long alignment) throws NvmeException {
    if (bytes <= 0 || alignment <= 0 || Long.bitCount(alignment) != 1) {
      throw new IllegalArgumentException(
          bytes + " bytes aligned to " + alignment + ": must be more than 0, and a power of two");
    }
    if (closed) {
      throw new IllegalStateException("the transport is closed");
    }
    long at = space.take(bytes, Math.max(alignment, PAGE));
    if (at < 0) {
      throw new NvmeException(
          "allocating "
              + bytes
              + " bytes for DMA: the guest's memory has no such room: start QEMU with more"
              + " (QemuOptions.withMemoryBytes), or ask for less or shorter queues");
    }
    Arena arena = Arena.ofShared();
    long size = bytes + PAGE - 1 & -PAGE;
    int prot = Memory.PROT_READ | Memory.PROT_WRITE;
    switch (Memory.map(fd, at, size, prot, Memory.MAP_SHARED, arena)) {
      case Memory.Mapping.Mapped mapped -> {
        pieces.put(at, new Piece(bytes, arena));
        return new DmaBuffer(mapped.memory().fill((byte) 0).asSlice(0, bytes), at);
      }
      case Memory.Mapping.Failed failed -> {
        space.give(at, bytes);
        throw new NvmeException(
            "mmap of %,d bytes for DMA: %s".formatted(bytes, Errno.describe(failed.errno())));
      }
    }
  }

  @Override
  public synchronized void free(DmaBuffer buffer) {
    Piece piece = pieces.remove(buffer.iova());
    if (piece == null) {
      throw new IllegalArgumentException(
          "%xh is not the IOVA of allocated memory; it may be freed already"
              .formatted(buffer.iova()));
    }
    space.give(buffer.iova(), piece.bytes);
    piece.arena.close();
  }

  /** Refuses: the device has no way to memory that is not the guest's. */
  @Override
  public long map(MemorySegment memory) throws NvmeException {
    throw new NvmeException(
        "mapping %,d bytes: QEMU's controller reaches the guest's memory alone: allocate from it, and copy"
            .formatted(memory.byteSize()));
  }

  @Override
  public void unmap(long iova) {
    throw new IllegalArgumentException("nothing is mapped at IOVA %xh".formatted(iova));
  }

  /** Frees all; QEMU has ended. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      pieces.values().forEach(piece -> piece.arena.close());
      pieces.clear();
      Files.close(fd);
    }
  }
}
