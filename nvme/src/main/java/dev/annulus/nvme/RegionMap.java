// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.peer.PeerSession;
import dev.annulus.ring.Errno;
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
  private static final System.Logger LOG = System.getLogger("dev.annulus.nvme");
  private static final long PAGE = 4096;

  private final DmaMemory dma;
  private final Map<MemorySegment, Mapping> mappings = new IdentityHashMap<>();

  private record Mapping(PeerSession session, long iova) {}

  RegionMap(DmaMemory dma) {
    this.dma = dma;
  }

  /** Whether a region can be mapped: a client may share memory that is no whole pages. */
  static boolean reachable(MemorySegment region) {
    return ((region.address() | region.byteSize()) & PAGE - 1) == 0;
  }

  /** How many regions are mapped. */
  int size() {
    return mappings.size();
  }

  /**
   * The address by which the device reaches the first byte of a reachable region; -ENOMEM where the
   * device cannot be given more memory.
   */
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
      LOG.log(System.Logger.Level.WARNING, "a client's region is out of the device's reach", e);
      return -Errno.ENOMEM;
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
