// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.peer.BufferPool;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerRing;
import dev.annulus.peer.PoolOptions;
import java.io.IOException;
import java.nio.file.Path;

/** Leases from a pool, whose server does nothing. */
final class PoolLeases extends LeaseWorker {
  private static final long REGION = 64L << 20;
  private final BufferPool pool;

  private PoolLeases(Arguments arguments) throws IOException {
    super(arguments.number() != 0);
    Path socket = arguments.path();
    OneSession server = OneSession.listen(socket);
    // Never closed: it ends with the process.
    PeerRing ring = PeerRing.attach(socket, PeerOptions.DEFAULT);
    server.session();
    pool = new BufferPool(ring, PoolOptions.DEFAULT.withBytes(REGION, REGION));
    pool.grow(REGION);
  }

  static Worker open(Arguments arguments) throws IOException {
    return new PoolLeases(arguments);
  }

  @Override
  long lease(int size) {
    return pool.tryLease(size, BufferPool.MAX_ALIGNMENT);
  }

  @Override
  void release(long lease) {
    pool.release(lease);
  }
}
