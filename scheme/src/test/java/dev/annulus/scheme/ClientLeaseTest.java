// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.peer.BufferPool;
import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PoolOptions;
import dev.annulus.peer.ServerOptions;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Leases of operations in flight at a real host: none is used again before its completion. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class ClientLeaseTest {
  private static final int PAGE = 4096;

  /** A region of 16 pages, of which the client itself keeps 2. */
  private static final PoolOptions SMALL = PoolOptions.DEFAULT.withBytes(16 * PAGE, 16 * PAGE);

  private static final ServerOptions QUOTA = ServerOptions.DEFAULT.withRegions(3, 48 * PAGE);

  @TempDir Path temporary;
  private final LateScheme.Control late = new LateScheme.Control(System.nanoTime());
  private Path socket;
  private Host host;
  private Client client;
  private BufferPool pool;
  private int handle;
  private final List<Long> results = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    socket = temporary.resolve("host.sock");
    HostOptions options = HostOptions.at(socket).withServer(QUOTA);
    host = Host.start(options, List.of(late, NullScheme.factory()));
    connect(SMALL);
  }

  private void connect(PoolOptions buffers) throws IOException {
    client = Client.connect(socket, PeerOptions.DEFAULT, buffers);
    pool = client.pool();
    handle = client.open("late:", Client.O_RDWR, 0);
  }

  @AfterEach
  void stop() {
    late.open = true;
    client.close();
    host.close();
  }

  private void await(int count) throws IOException {
    while (results.size() < count) {
      client.awaitUninterruptibly(1);
      client.reap((tag, result, flags) -> results.add((long) result), 64);
    }
  }

  private void awaitPending(int count) throws InterruptedException {
    while (late.pending.get() < count) {
      MILLISECONDS.sleep(1);
    }
  }

  /** Leases all that is left, page by page. */
  private List<Long> fill() {
    List<Long> leases = new ArrayList<>();
    for (long lease; (lease = pool.tryLease(PAGE, PAGE)) >= 0; ) {
      leases.add(lease);
    }
    return leases;
  }

  private long startRead(int tag) throws Exception {
    long lease = pool.lease(PAGE, PAGE);
    int pending = late.pending.get();
    assertTrue(client.read(handle, lease, 0, PAGE, 0, tag));
    client.submit();
    awaitPending(pending + 1);
    return lease;
  }

  @Test
  void aPendingReadKeepsItsSlice() throws Exception {
    long lease = startRead(1);
    pool.release(lease);
    List<Long> others = fill();
    assertEquals(13, others.size(), "16 pages, 2 of the client's and the one that is read to");
    others.forEach(each -> pool.memory(each).fill((byte) 7));
    late.open = true;
    await(1);
    assertEquals(List.of((long) PAGE), results);
    for (long each : others) {
      for (byte there : pool.memory(each).toArray(JAVA_BYTE)) {
        assertEquals(7, there, "the read went into another's buffer");
      }
    }
    assertEquals(1, fill().size(), "the slice is free once the completion is reaped");
  }

  @Test
  void aTimeOutEndsNoLease() throws Exception {
    pool.release(startRead(1));
    assertEquals(0, client.await(1, 1_000_000));
    assertEquals(0, client.reap((tag, result, flags) -> results.add(tag), 1));
    assertEquals(13, fill().size());
    late.open = true;
    await(1);
    assertEquals(1, fill().size());
  }

  @Test
  void aCompletionThatIsNotReapedEndsNoLease() throws Exception {
    pool.release(startRead(1));
    late.open = true;
    assertEquals(1, client.await(1, 0));
    assertEquals(13, fill().size());
    await(1);
    assertEquals(1, fill().size());
  }

  @Test
  void aCancellationEndsNoLeaseBeforeTheCompletion() throws Exception {
    pool.release(startRead(1));
    assertTrue(client.cancel(1, 2));
    client.submit();
    await(1);
    assertEquals(List.of(0L), results, "the cancellation itself is complete");
    assertEquals(1, late.cancelled.get());
    assertEquals(13, fill().size());
    late.open = true;
    await(2);
    assertEquals((long) -Errno.ECANCELED, results.getLast());
    assertEquals(1, fill().size());
    assertTrue(client.cancel(1, 3));
    client.submit();
    await(3);
    assertEquals((long) -Errno.ENOENT, results.getLast(), "nothing with that tag is in flight");
  }

  @Test
  void severalOperationsHoldOneLease() throws Exception {
    long lease = pool.lease(2 * PAGE, PAGE);
    assertTrue(client.read(handle, lease, 0, PAGE, 0, 1));
    assertTrue(client.read(handle, lease, PAGE, PAGE, 0, 2));
    client.submit();
    awaitPending(2);
    pool.release(lease);
    late.open = true;
    client.await(2, 0);
    assertEquals(1, client.reap((tag, result, flags) -> results.add(tag), 1));
    assertEquals(12, fill().size(), "one of two is complete");
    await(2);
    assertEquals(2, fill().size());
  }

  @Test
  void leasesThatAreOverStartNothing() throws Exception {
    long lease = pool.lease(PAGE, PAGE);
    pool.release(lease);
    assertThrows(IllegalStateException.class, () -> client.read(handle, lease, 0, PAGE, 0, 1));
    long next = pool.lease(PAGE, PAGE);
    assertThrows(IndexOutOfBoundsException.class, () -> client.read(handle, next, 1, PAGE, 0, 1));
    assertEquals(0, client.inFlight());
    assertEquals(2, pool.leases(), "the client's own, and one");
  }

  @Test
  void thePoolCannotBeClosedUnderAnOperation() throws Exception {
    pool.release(startRead(1));
    IllegalStateException out = assertThrows(IllegalStateException.class, pool::close);
    assertTrue(out.getMessage().contains("2 leases are out, 1 of them held"), out::getMessage);
  }

  /** The host hangs up while its scheme still has the buffer, and writes to it later. */
  @Test
  void afterTheSessionASliceIsNeverLeasedAgain() throws Exception {
    long lease = startRead(1);
    MemorySegment memory = pool.memory(lease);
    Thread closing = Thread.ofPlatform().start(host::close);
    assertThrows(PeerGoneException.class, () -> client.await(1, 0));
    assertEquals(0, client.inFlight(), "what was in flight is lost");
    assertEquals(0, memory.get(JAVA_BYTE, 0));
    pool.release(lease);
    assertEquals(1, pool.leases(), "the client's own is left");
    assertEquals(-1, pool.tryLease(1, 1));
    assertThrows(PeerGoneException.class, () -> pool.lease(1, 1));
    late.open = true;
    closing.join();
    assertEquals(-1, memory.get(JAVA_BYTE, 0), "the host wrote after the end of the session");
    pool.close();
  }

  @Test
  void whatIsClosedInFlightIsFreed() throws Exception {
    long lease = startRead(1);
    client.close();
    assertEquals(0, client.inFlight());
    pool.release(lease);
    assertEquals(1, pool.leases());
    assertEquals(-1, pool.tryLease(1, 1));
    pool.close();
  }

  /** Leases of the application carry marks; reads write to theirs at any time. */
  @Test
  void noReadEverWritesToAnothersBuffer() throws Exception {
    late.open = true;
    System.out.println("ClientLeaseTest: seed " + late.seed);
    Random random = new Random(late.seed);
    List<Long> marked = new ArrayList<>();
    for (int round = 0; round < 5_000; round++) {
      long size = 1 + random.nextInt(2 * PAGE);
      long lease = pool.tryLease(size, 1 << random.nextInt(13));
      if (lease < 0) {
        client.submit();
        client.await(Math.min(1, client.inFlight()), 0);
      } else if (random.nextBoolean() && client.read(handle, lease, 0, (int) size, 0, round)) {
        client.submit();
        pool.release(lease);
      } else {
        pool.memory(lease).fill((byte) 7);
        marked.add(lease);
      }
      while (marked.size() > 6) {
        long one = marked.remove(random.nextInt(marked.size()));
        for (byte there : pool.memory(one).toArray(JAVA_BYTE)) {
          assertEquals(7, there, "seed " + late.seed + ", round " + round);
        }
        pool.release(one);
      }
      client.reap((tag, result, flags) -> results.add((long) result), 1 + random.nextInt(8));
    }
    await(results.size() + client.inFlight());
    marked.forEach(pool::release);
    assertEquals(1, pool.leases());
  }

  @Test
  void thePoolGrowsWithOperationsInFlight() throws Exception {
    client.close();
    connect(PoolOptions.DEFAULT.withBytes(16 * PAGE, 1 << 30));
    long first = startRead(1);
    fill();
    long second = startRead(2);
    assertEquals(32 * PAGE, pool.bytes());
    assertNotEquals(pool.region(first), pool.region(second));
    late.open = true;
    await(2);
    assertEquals(-1, pool.memory(second).get(JAVA_BYTE, PAGE - 1));
  }

  @Test
  void theHostsQuotaRefusesALeaseAndNothingElse() throws Exception {
    client.close();
    connect(PoolOptions.DEFAULT.withBytes(16 * PAGE, 1 << 30));
    pool.lease(32 * PAGE, PAGE);
    fill();
    ErrnoException quota = assertThrows(ErrnoException.class, () -> pool.lease(PAGE, PAGE));
    assertEquals(Errno.EDQUOT, quota.errno());
    assertTrue(
        quota.getMessage().contains("3 regions and 196608 bytes; this one has 2 and 196608"),
        quota::getMessage);
    try (Client other = Client.connect(socket, PeerOptions.DEFAULT, SMALL)) {
      assertNotEquals(-1, other.pool().tryLease(PAGE, PAGE), "another's quota is its own");
    }
    assertTrue(client.nop(1));
    client.submit();
    await(1);
    assertEquals(List.of(0L), results);
  }
}
