// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.nvme.Backing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Memory that counts what is done to it, and fails where it is told to. */
final class TestBacking implements Backing {
  private final Backing memory;
  volatile int writes;
  volatile int flushes;
  volatile boolean readOnly;
  volatile boolean unwritable;
  volatile long unreadableFrom = Long.MAX_VALUE;

  TestBacking(long bytes) {
    memory = Backing.memory(bytes);
  }

  @Override
  public long size() {
    return memory.size();
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public void read(long position, MemorySegment target, long offset, long length)
      throws IOException {
    if (position + length > unreadableFrom) {
      throw new IOException("unreadable");
    }
    memory.read(position, target, offset, length);
  }

  @Override
  public void write(long position, MemorySegment source, long offset, long length)
      throws IOException {
    if (unwritable) {
      throw new IOException("unwritable");
    }
    writes++;
    memory.write(position, source, offset, length);
  }

  @Override
  public void zero(long position, long length) throws IOException {
    writes++;
    memory.zero(position, length);
  }

  @Override
  public void flush() throws IOException {
    flushes++;
    memory.flush();
  }

  @Override
  public void close() throws IOException {
    memory.close();
  }
}
