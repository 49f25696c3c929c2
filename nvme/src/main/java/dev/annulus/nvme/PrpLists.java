// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Memory for the PRP lists of a queue: a piece for each command slot, made once, so that no command
 * allocates. A piece lies within one memory page, or is a run of whole pages chained as lists are.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 4.1.1.
 */
final class PrpLists {
  /** The smallest piece: a cache line, so that neighbours do not share one. */
  private static final long LEAST = 64;

  private final DmaMemory dma;
  private final DmaBuffer buffer;
  private final MemorySegment memory;
  private final long pageSize;
  private final long stride;

  /** Makes lists for so many slots, each long enough for a transfer of so many bytes. */
  PrpLists(DmaMemory dma, int slots, long maxTransfer, int pageShift) throws NvmeException {
    this.dma = dma;
    pageSize = 1L << pageShift;
    stride = stride(maxTransfer >>> pageShift, pageSize);
    buffer = dma.allocate(slots * stride, pageSize);
    memory = buffer.memory();
  }

  /** A transfer of n pages touches n + 1 when it begins within a page; PRP1 holds the first. */
  private static long stride(long entries, long pageSize) {
    long bytes = entries * Long.BYTES;
    if (bytes <= pageSize) {
      // A power of two divides the page: no piece crosses its end.
      return bytes <= LEAST ? LEAST : Long.highestOneBit(bytes - 1) << 1;
    }
    // The last entry of each list page but the last is the address of the next.
    long usable = pageSize / Long.BYTES - 1;
    return (entries - 1 + usable - 1) / usable * pageSize;
  }

  /**
   * The second data pointer of a transfer whose first is its IOVA: nothing, its second page, or a
   * list of all its pages but the first, which is written for it.
   */
  long second(int slot, long iova, long bytes) {
    long nextPage = (iova & -pageSize) + pageSize;
    long left = bytes - (nextPage - iova);
    if (left <= 0) {
      return 0;
    }
    return left <= pageSize
        ? nextPage
        : write(slot, nextPage, (int) ((left + pageSize - 1) / pageSize));
  }

  /**
   * Writes a list of contiguous pages.
   *
   * @param slot whose piece
   * @param firstPage IOVA of the first page of the list
   * @param pages how many
   * @return IOVA of the list, for PRP2
   */
  long write(int slot, long firstPage, int pages) {
    long at = slot * stride;
    long page = firstPage;
    long room = (pageSize - (at & (pageSize - 1))) / Long.BYTES;
    int left = pages;
    while (left > room) {
      at = entries(at, page, room - 1);
      page += (room - 1) * pageSize;
      left -= (int) (room - 1);
      memory.set(JAVA_LONG, at, buffer.iova() + at + Long.BYTES);
      at += Long.BYTES;
      room = pageSize / Long.BYTES;
    }
    entries(at, page, left);
    return iova(slot);
  }

  private long entries(long at, long firstPage, long count) {
    long end = at + count * Long.BYTES;
    long page = firstPage;
    for (long entry = at; entry < end; entry += Long.BYTES) {
      memory.set(JAVA_LONG, entry, page);
      page += pageSize;
    }
    return end;
  }

  /** Where a slot's piece begins in {@link #memory}; commands without a list may use it. */
  long offset(int slot) {
    return slot * stride;
  }

  /** By which address the device reaches a slot's piece. */
  long iova(int slot) {
    return buffer.iova() + slot * stride;
  }

  /** The memory of all pieces. */
  MemorySegment memory() {
    return memory;
  }

  void free() {
    dma.free(buffer);
  }
}
