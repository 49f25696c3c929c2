// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Memory that a device can reach, and by which addresses (IOVA, I/O virtual addresses). Whatever is
 * neither allocated nor mapped here, the device cannot touch; with {@link QemuTransport}, which has
 * no IOMMU, that is whatever is not the guest's memory.
 *
 * <p>Any thread may call any method; none of them is for the hot path.
 */
public interface DmaMemory {
  /**
   * Allocates memory that the device can read and write, all 0.
   *
   * @param bytes size, more than 0
   * @param alignment of both addresses, a power of two
   * @return the memory, its IOVA contiguous from start to end
   * @throws NvmeException where there is no memory or no address space left
   */
  DmaBuffer allocate(long bytes, long alignment) throws NvmeException;

  /**
   * Frees what {@link #allocate} gave. No command that names it may be in flight.
   *
   * @param buffer from {@link #allocate}
   * @throws IllegalArgumentException where it is not, or is freed already
   */
  void free(DmaBuffer buffer);

  /**
   * Makes memory of the caller reachable: for reading and, unless the segment is read-only,
   * writing. The caller keeps it alive until {@link #unmap}. Not every transport can: {@link
   * QemuTransport} refuses.
   *
   * @param memory native, shared between threads, address and size multiples of 4096
   * @return the IOVA of its first byte; the rest follows contiguously
   * @throws NvmeException where the transport cannot reach such memory, or has no address space
   *     left
   * @throws IllegalArgumentException where the segment is not as required
   */
  long map(MemorySegment memory) throws NvmeException;

  /**
   * Takes memory out of the device's reach. When it returns, the device does not touch it any more;
   * no command that names it should be in flight.
   *
   * @param iova from {@link #map}
   * @throws IllegalArgumentException where nothing is mapped there
   * @throws NvmeException where the way to the device failed
   */
  void unmap(long iova) throws NvmeException;
}
