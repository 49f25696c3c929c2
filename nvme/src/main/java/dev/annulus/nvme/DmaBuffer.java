// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Memory from {@link DmaMemory#allocate}.
 *
 * @param memory the memory, as this process sees it
 * @param iova the address by which the device reaches its first byte
 */
public record DmaBuffer(MemorySegment memory, long iova) {}
