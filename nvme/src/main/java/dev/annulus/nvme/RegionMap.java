// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.peer.PeerSession;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Which regions of clients a device can reach, and by which addresses. A region is mapped when it
 * is first used and stays so until its session ends.
 */
final class RegionMap {
  private final DmaMemory dma;
  private final Map<MemorySegment, Mapping> mappings = new IdentityHashMap<>();

  private record Mapping(PeerSession session, long iova) {}

  RegionMap(DmaMemory dma) {
    this.dma = dma;
  }

  /** The address by which the device reaches the first byte of a region. */
  long iova(PeerSession session, MemorySegment region) {
    Mapping mapping = mappings.get(region);
    return mapping != null ? mapping.iova : map(session, region);
  }

  private long map(PeerSession session, MemorySegment region) {
    try {
      long iova = dma.map(region);
      mappings.put(region, new Mapping(session, iova));
      return iova;
    } catch (NvmeException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the regions of a session out of the device's reach; no command names them any more. */
  void forget(PeerSession session) {
    Iterator<Map.Entry<MemorySegment, Mapping>> all = mappings.entrySet().iterator();
    while (all.hasNext()) {
      Mapping mapping = all.next().getValue();
      if (mapping.session == session) {
        all.remove();
        try {
          dma.unmap(mapping.iova);
        } catch (NvmeException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
