// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A backing in memory of this process. */
final class MemoryBacking implements Backing {
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;

  MemoryBacking(long bytes) {
    memory = arena.allocate(bytes, 4096);
  }

  @Override
  public long size() {
    return memory.byteSize();
  }

  @Override
  public void read(long position, MemorySegment target, long offset, long length) {
    MemorySegment.copy(memory, position, target, offset, length);
  }

  @Override
  public void write(long position, MemorySegment source, long offset, long length) {
    MemorySegment.copy(source, offset, memory, position, length);
  }

  @Override
  public void zero(long position, long length) {
    memory.asSlice(position, length).fill((byte) 0);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    arena.close();
  }
}
