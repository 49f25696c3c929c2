// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.peer.BufferPool;
import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PoolOptions;
import dev.annulus.scheme.Client;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host that limits a client's buffers, and {@code kill -9} of one that has them. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class LeaseDeathTest {
  private static final int DEPTH = 64;
  private static final int BLOCK = 64 << 10;
  private static final long SIZE = 1L << 30;

  @TempDir Path temporary;
  private final Random random = new Random(1);
  private Client client;
  private BufferPool pool;
  private int file;
  private long reads;

  /** Keeps as many reads in flight as it may; each buffer is released as soon as it is used. */
  private void read() {
    while (client.inFlight() < DEPTH) {
      long lease = pool.tryLease(BLOCK, BufferPool.MAX_ALIGNMENT);
      if (lease < 0) {
        break; // the host is gone, which the client has yet to be told
      }
      long offset = random.nextLong(SIZE / BLOCK) * BLOCK;
      assertTrue(client.read(file, lease, 0, BLOCK, offset, reads++));
      pool.release(lease);
    }
    client.submit();
  }

  private void readUntilTheHostIsGone(ServedHost host) throws Exception {
    for (boolean killed = false; ; ) {
      read();
      client.awaitUninterruptibly(1);
      client.reap((tag, result, flags) -> assertEquals(BLOCK, result), DEPTH);
      if (reads > 100 * DEPTH && !killed) {
        host.run().signal("KILL");
        killed = true;
      }
    }
  }

  @Test
  void aClientThatSharesTooMuchIsToldTheQuota() throws Exception {
    try (ServedHost host = ServedHost.start(temporary, "--client-memory", "1M")) {
      Files.writeString(host.root.resolve("a"), "a");
      host.clientToEnd("cp", "file:/a", "file:/b", "--depth", "4").succeeded();
      host.clientToEnd("cp", "file:/a", "file:/b")
          .failed(6, "EDQUOT", "64 regions and 1048576 bytes; this one has 1 and 262144");
    }
  }

  @Test
  void noBufferIsLeasedAgainAndAllCanEnd() throws Exception {
    PoolOptions exact = PoolOptions.DEFAULT.withBytes(1 << 20, 64L << 20);
    try (ServedHost host = ServedHost.start(temporary)) {
      try (RandomAccessFile huge = new RandomAccessFile(host.root.resolve("huge").toFile(), "rw")) {
        huge.setLength(SIZE);
      }
      client = Client.connect(Path.of(host.socket), PeerOptions.DEFAULT.withCredit(DEPTH), exact);
      pool = client.pool();
      pool.grow((long) DEPTH * BLOCK);
      file = client.open("file:/huge", Client.O_RDONLY, 0);
      long kept = pool.lease(BLOCK, 1);
      assertThrows(PeerGoneException.class, () -> readUntilTheHostIsGone(host));
      assertEquals(0, client.inFlight(), "lost operations are not in flight");
      assertEquals(-1, pool.tryLease(1, 1));
      assertThrows(PeerGoneException.class, () -> pool.lease(1, 1));
      assertEquals(2, pool.leases(), "the client's own, and the one that was kept");
      assertEquals(BLOCK, pool.memory(kept).byteSize(), "it can be read yet");
      pool.release(kept);
      pool.close();
      client.close();
      client.close();
    }
  }
}
