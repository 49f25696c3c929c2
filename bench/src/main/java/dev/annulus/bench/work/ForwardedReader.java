// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.peer.BufferPool;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.WaitStrategy;
import dev.annulus.scheme.Client;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Reads a file by a host in another process. */
final class ForwardedReader extends Reader {
  private final Client client;
  private final long lease;
  private final MemorySegment buffers;
  private final int handle;

  private ForwardedReader(Arguments arguments, int depth, int batch) throws IOException {
    super(depth, batch);
    client =
        Client.connect(
            arguments.path(),
            PeerOptions.DEFAULT.withCredit(depth).withWaiting(WaitStrategy.BUSY_SPIN));
    lease = client.pool().lease((long) depth * ReadFile.BLOCK, BufferPool.MAX_ALIGNMENT);
    buffers = client.pool().memory(lease);
    handle = client.open(arguments.word(), Client.O_RDONLY, 0);
  }

  static Worker open(Arguments arguments) throws IOException {
    return new ForwardedReader(arguments, arguments.number(), arguments.number());
  }

  @Override
  MemorySegment buffers() {
    return buffers;
  }

  @Override
  void prepare(int slot, int block) {
    long at = (long) slot * ReadFile.BLOCK;
    long offset = (long) block * ReadFile.BLOCK;
    if (!client.read(handle, lease, at, ReadFile.BLOCK, offset, slot)) {
      throw new IllegalStateException("fewer in flight than there is credit for, and none left");
    }
  }

  @Override
  void turn(int least) throws IOException {
    client.submit();
    client.awaitUninterruptibly(least);
    client.reap(this, Integer.MAX_VALUE);
  }

  @Override
  long systemCalls() {
    return client.systemCalls();
  }
}
