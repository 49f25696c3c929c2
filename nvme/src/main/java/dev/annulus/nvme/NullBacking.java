// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;

/** A backing that keeps nothing. */
record NullBacking(long size) implements Backing {
  @Override
  public void read(long position, MemorySegment target, long offset, long length) {}

  @Override
  public void write(long position, MemorySegment source, long offset, long length) {}

  @Override
  public void zero(long position, long length) {}

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
