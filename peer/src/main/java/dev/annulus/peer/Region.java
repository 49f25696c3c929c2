// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import java.lang.foreign.MemorySegment;

/**
 * Memory that a client shares with its server, for buffers. An entry names a byte of it by {@code
 * buf_index} = {@link #id} and {@code addr} = offset.
 *
 * @param id the region's number within the session, 0 to 65535
 * @param memory this side's mapping; its size is fixed
 */
public record Region(int id, MemorySegment memory) {
  /**
   * The region's size.
   *
   * @return bytes
   */
  public long size() {
    return memory.byteSize();
  }
}
