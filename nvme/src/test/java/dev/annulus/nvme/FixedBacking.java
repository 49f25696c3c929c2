// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A backing that is write protected. */
record FixedBacking(Backing below) implements Backing {
  @Override
  public long size() {
    return below.size();
  }

  @Override
  public boolean readOnly() {
    return true;
  }

  @Override
  public void read(long position, MemorySegment target, long offset, long length)
      throws IOException {
    below.read(position, target, offset, length);
  }

  @Override
  public void write(long position, MemorySegment source, long offset, long length) {
    throw new AssertionError("written");
  }

  @Override
  public void zero(long position, long length) {
    throw new AssertionError("zeroed");
  }

  @Override
  public void flush() throws IOException {
    below.flush();
  }

  @Override
  public void close() throws IOException {
    below.close();
  }
}
