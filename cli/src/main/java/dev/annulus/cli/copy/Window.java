// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.copy;

import dev.annulus.peer.BufferPool;
import dev.annulus.scheme.Client;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The buffers of a transfer, leased from the client's pool until this is closed. */
public final class Window implements AutoCloseable {
  /** The most operations in flight. */
  public static final int MAX_DEPTH = 1024;

  /** The largest buffer. */
  public static final int MAX_BLOCK_SIZE = 16 << 20;

  private final BufferPool pool;
  private final long[] leases;
  private final int blockSize;
  private int leased;

  private Window(BufferPool pool, int depth, int blockSize) {
    this.pool = pool;
    leases = new long[depth];
    this.blockSize = blockSize;
  }

  /**
   * Leases buffers that begin at pages, as devices want them.
   *
   * @param client whose pool
   * @param depth operations in flight, 1 to {@link #MAX_DEPTH}; fewer where the host grants fewer
   * @param blockSize bytes an operation, 1 to {@link #MAX_BLOCK_SIZE}
   * @return the buffers, to be closed; at the latest the client's end takes them
   * @throws IOException where the host's quota is used up or it is gone
   */
  public static Window of(Client client, int depth, int blockSize) throws IOException {
    Window window = new Window(client.pool(), Math.min(depth, client.credit()), blockSize);
    try {
      window.lease();
      return window;
    } catch (IOException e) {
      window.close();
      throw e;
    }
  }

  private void lease() throws IOException {
    while (leased < leases.length) {
      long lease = pool.tryLease(blockSize, BufferPool.MAX_ALIGNMENT);
      if (lease < 0) {
        // One region for all that lack, and not one after the other.
        pool.grow((leases.length - leased) * wholeBlock());
        lease = pool.lease(blockSize, BufferPool.MAX_ALIGNMENT);
      }
      leases[leased++] = lease;
    }
  }

  /** What a buffer may take of a new region: buffers begin at multiples of a power of two. */
  private long wholeBlock() {
    return Long.highestOneBit(2L * Math.max(blockSize, BufferPool.MAX_ALIGNMENT) - 1);
  }

  /**
   * How many buffers there are, and so how many operations are in flight at most.
   *
   * @return at least 1
   */
  public int depth() {
    return leases.length;
  }

  /**
   * The size of each buffer.
   *
   * @return bytes
   */
  public int blockSize() {
    return blockSize;
  }

  /** The lease of a buffer. */
  long lease(int number) {
    return leases[number];
  }

  /** The bytes of a buffer. */
  MemorySegment memory(int number) {
    return pool.memory(leases[number]);
  }

  /** Releases the buffers; operations in flight keep theirs until they are complete. */
  @Override
  public void close() {
    while (leased > 0) {
      pool.release(leases[--leased]);
    }
  }
}
