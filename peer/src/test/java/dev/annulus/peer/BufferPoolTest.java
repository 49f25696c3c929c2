// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Leases: memory, alignment, growth, limits, and every wrong use. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class BufferPoolTest {
  private static final long PAGE = 4096;

  @TempDir Path directory;
  private TestServer server;
  private PeerRing ring;
  private PeerSession session;

  @BeforeEach
  void attach() throws Exception {
    Path path = directory.resolve("s");
    server = new TestServer(path, ServerOptions.DEFAULT.withRegions(8, 64 * PAGE));
    ring = PeerRing.attach(path, PeerOptions.DEFAULT);
    session = server.attached();
  }

  @AfterEach
  void detach() {
    ring.close();
    server.close();
  }

  private BufferPool pool(long initial, long most) {
    return new BufferPool(ring, PoolOptions.DEFAULT.withBytes(initial, most));
  }

  private static void fails(String why, Executable call) {
    IllegalStateException wrong = assertThrows(IllegalStateException.class, call);
    assertTrue(wrong.getMessage().contains(why), wrong::getMessage);
  }

  private static void refused(int errno, String why, Executable call) {
    ErrnoException refusal = assertThrows(ErrnoException.class, call);
    assertEquals(errno, refusal.errno(), refusal::getMessage);
    assertTrue(refusal.getMessage().contains(why), refusal::getMessage);
  }

  private record Out(long lease, byte mark) {}

  /** Each lease is filled with a mark of its own; it must be whole when the lease ends. */
  @Test
  void leasesNeverOverlapAndBothSidesSeeThem() throws Exception {
    long seed = System.nanoTime();
    System.out.println("BufferPoolTest: seed " + seed);
    Random random = new Random(seed);
    BufferPool pool = pool(4 * PAGE, 64 * PAGE);
    List<Out> out = new ArrayList<>();
    int refusals = 0;
    for (int round = 0; round < 20_000; round++) {
      if (random.nextInt(100) < (round / 1_000 % 2 == 0 ? 65 : 35)) {
        int alignment = 1 << random.nextInt(13);
        long size = 1 + random.nextInt(1 << random.nextInt(15));
        long lease =
            round % 2 == 0 ? pool.tryLease(size, alignment) : leased(pool, size, alignment);
        if (lease < 0) {
          refusals++;
          continue;
        }
        assertEquals(size, pool.memory(lease).byteSize());
        assertEquals(0, pool.memory(lease).address() % alignment, "seed " + seed);
        assertEquals(0, addressThere(pool, lease) % alignment, "at the server, seed " + seed);
        byte mark = (byte) round;
        pool.memory(lease).fill(mark);
        out.add(new Out(lease, mark));
      } else if (!out.isEmpty()) {
        release(pool, out.remove(random.nextInt(out.size())));
      }
      assertEquals(out.size(), pool.leases());
    }
    assertTrue(refusals > 0, "the limit was never met");
    assertEquals(64 * PAGE, pool.bytes());
    out.forEach(each -> release(pool, each));
    assertEquals(0, pool.leases());
    pool.close();
  }

  private static long leased(BufferPool pool, long size, int alignment) throws Exception {
    try {
      return pool.lease(size, alignment);
    } catch (ErrnoException full) {
      assertEquals(Errno.ENOBUFS, full.errno(), full::getMessage);
      return -1;
    }
  }

  private long addressThere(BufferPool pool, long lease) {
    long at = pool.hold(lease, 0, 0);
    pool.drop(lease);
    return session.region(pool.region(lease)).address() + at;
  }

  private void release(BufferPool pool, Out out) {
    long at = pool.hold(out.lease, 0, pool.size(out.lease));
    byte there = session.region(pool.region(out.lease)).get(JAVA_BYTE, at);
    assertEquals(out.mark, there, "the server sees other bytes");
    for (byte each : pool.memory(out.lease).toArray(JAVA_BYTE)) {
      assertEquals(out.mark, each, "another lease has the same bytes");
    }
    pool.drop(out.lease);
    pool.release(out.lease);
  }

  /** Nothing that the pool goes by is in memory that the server can write. */
  @Test
  void aServerThatWritesEverywhereChangesBytesAndNothingElse() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    BufferPool pool = pool(16 * PAGE, 16 * PAGE);
    List<Long> out = new ArrayList<>();
    for (int round = 0; round < 2_000; round++) {
      long lease = pool.tryLease(1 + random.nextInt(8_000), 1 << random.nextInt(13));
      if (lease >= 0) {
        out.add(lease);
      }
      if (session.region(0) != null) {
        session.region(0).set(JAVA_LONG, 8L * random.nextInt(16 * 512), random.nextLong());
        session.region(0).asSlice(PAGE * random.nextInt(16), PAGE).fill((byte) round);
      }
      if (lease < 0 && !out.isEmpty()) {
        pool.release(out.remove(random.nextInt(out.size())));
      }
      if (round == 0) {
        out.add(pool.lease(1, 1));
      }
    }
    out.forEach(pool::release);
    assertNotEquals(-1, pool.tryLease(16 * PAGE, 4096), "seed " + seed);
  }

  @Test
  void growsUntilItsLimitAndSaysSo() throws Exception {
    BufferPool pool = pool(PAGE, 8 * PAGE);
    assertEquals(0, pool.bytes());
    assertEquals(-1, pool.tryLease(1, 1), "nothing is shared before the first lease");
    long first = pool.lease(1, 1);
    assertEquals(PAGE, pool.bytes());
    assertEquals(0, pool.region(first));
    long second = pool.lease(PAGE, 4096);
    assertEquals(2 * PAGE, pool.bytes(), "as large as all before");
    long third = pool.lease(3 * PAGE, 1);
    assertEquals(6 * PAGE, pool.bytes(), "as large as needed");
    assertEquals(2, pool.region(third));
    refused(Errno.ENOBUFS, "PoolOptions.maxBytes; 3 leases are out", () -> pool.lease(3 * PAGE, 1));
    pool.lease(2 * PAGE, 1);
    assertEquals(8 * PAGE, pool.bytes(), "what is left of the limit");
    assertEquals(-1, pool.tryLease(2 * PAGE, 1));
    pool.release(second);
    assertNotEquals(-1, pool.tryLease(PAGE, 4096));
  }

  @Test
  void growsAheadOfLeases() throws Exception {
    BufferPool pool = pool(PAGE, 16 * PAGE);
    pool.grow(7 * PAGE + 1);
    assertEquals(8 * PAGE, pool.bytes());
    for (int i = 0; i < 8; i++) {
      assertNotEquals(-1, pool.tryLease(PAGE, 4096));
    }
    assertEquals(-1, pool.tryLease(1, 1));
    refused(Errno.ENOBUFS, "may have 65536", () -> pool.grow(8 * PAGE + 1));
    refused(Errno.ENOBUFS, "may have 65536", () -> pool.grow(Long.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> pool.grow(0));
    pool.grow(8 * PAGE);
  }

  @Test
  void atTheServersQuotaItSharesOnlyWhatItNeeds() throws Exception {
    BufferPool pool = pool(40 * PAGE, 1 << 30);
    pool.lease(32 * PAGE, 1);
    pool.lease(8 * PAGE, 1);
    pool.lease(16 * PAGE, 1);
    assertEquals(56 * PAGE, pool.bytes(), "40 more would be over the quota");
    refused(
        Errno.EDQUOT, "262144 bytes; this one has 2 and 229376", () -> pool.lease(16 * PAGE, 1));
    for (int region = 2; region < 8; region++) {
      pool.lease(PAGE, 1);
      assertEquals((56 + region - 1) * PAGE, pool.bytes());
    }
    refused(
        Errno.EDQUOT, "8 regions and 262144 bytes; this one has 8 and", () -> pool.lease(PAGE, 1));
    assertEquals(-1, pool.tryLease(PAGE, 1));
  }

  @Test
  void theTableOfLeasesGrowsToItsLimit() throws Exception {
    BufferPool pool = new BufferPool(ring, PoolOptions.DEFAULT.withMaxLeases(100).withGranule(64));
    List<Long> leases = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      leases.add(pool.lease(1, 1));
    }
    assertEquals(100, leases.stream().distinct().count());
    assertEquals(-1, pool.tryLease(1, 1));
    refused(Errno.ENOBUFS, "100 leases are out", () -> pool.lease(1, 1));
    pool.release(leases.getFirst());
    assertNotEquals(leases.getFirst(), pool.lease(1, 1), "a name is used again");
  }

  @Test
  void doubleReleaseAndUseAfterReleaseAreNamed() throws Exception {
    BufferPool pool = pool(PAGE, PAGE);
    long lease = pool.lease(PAGE, 1);
    pool.release(lease);
    fails("double release", () -> pool.release(lease));
    long next = pool.lease(PAGE, 1);
    fails("double release", () -> pool.release(lease));
    fails("use after release", () -> pool.memory(lease));
    fails("use after release", () -> pool.hold(lease, 0, 1));
    fails("use after release", () -> pool.region(lease));
    fails("use after release", () -> pool.size(lease));
    fails("use after release", () -> pool.drop(lease));
    assertEquals(PAGE, pool.memory(next).byteSize(), "the new lease is not touched");
    fails("no operation holds it", () -> pool.drop(next));
  }

  @Test
  void whatIsNoLeaseOfThisPoolIsRefused() throws Exception {
    BufferPool pool = pool(PAGE, PAGE);
    BufferPool other = pool(PAGE, PAGE);
    long theirs = other.lease(1, 1);
    long ours = pool.lease(1, 1);
    for (long wrong : new long[] {theirs, -1, 0, 1, 4096, ours + 1, ours + (1 << 20), ~ours}) {
      fails("not a lease of this pool", () -> pool.release(wrong));
      fails("not a lease of this pool", () -> pool.drop(wrong));
      fails("not a lease of this pool", () -> pool.hold(wrong, 0, 0));
    }
    pool.release(ours);
  }

  @Test
  void anOperationHoldsItsSliceBeyondTheRelease() throws Exception {
    BufferPool pool = pool(PAGE, PAGE);
    long lease = pool.lease(PAGE, 1);
    assertEquals(0, pool.hold(lease, 0, PAGE));
    assertEquals(100, pool.hold(lease, 100, 1));
    pool.release(lease);
    fails("operations in flight still hold it", () -> pool.release(lease));
    fails("use after release", () -> pool.hold(lease, 0, 1));
    assertEquals(-1, pool.tryLease(1, 1));
    fails("1 leases are out, 1 of them held", pool::close);
    pool.drop(lease);
    assertEquals(-1, pool.tryLease(1, 1), "the other operation is in flight yet");
    pool.drop(lease);
    fails("released before", () -> pool.drop(lease));
    assertNotEquals(-1, pool.tryLease(PAGE, 1));
  }

  @Test
  void completionBeforeReleaseFreesNothing() throws Exception {
    BufferPool pool = pool(PAGE, PAGE);
    long lease = pool.lease(PAGE, 1);
    pool.hold(lease, 0, 1);
    pool.drop(lease);
    assertEquals(-1, pool.tryLease(1, 1));
    pool.release(lease);
    assertNotEquals(-1, pool.tryLease(PAGE, 1));
  }

  @Test
  void partsMustLieWithinTheLease() throws Exception {
    BufferPool pool = pool(PAGE, PAGE);
    long lease = pool.lease(1000, 1);
    long[][] wrong = {
      {0, 1001}, {1000, 1}, {1001, 0}, {-1, 1}, {0, -1}, {Long.MAX_VALUE, 1}, {1, Long.MAX_VALUE}
    };
    for (long[] part : wrong) {
      assertThrows(IndexOutOfBoundsException.class, () -> pool.hold(lease, part[0], part[1]));
    }
    assertEquals(1000, pool.hold(lease, 1000, 0));
    pool.drop(lease);
    pool.release(lease);
    pool.close();
  }

  @Test
  void argumentsThatCannotBe() {
    BufferPool pool = pool(PAGE, PAGE);
    for (int alignment : new int[] {0, -1, 3, 8192, Integer.MIN_VALUE}) {
      assertThrows(IllegalArgumentException.class, () -> pool.tryLease(1, alignment));
    }
    assertThrows(IllegalArgumentException.class, () -> pool.lease(0, 1));
    assertThrows(IllegalArgumentException.class, () -> pool.lease(-1, 1));
    refused(Errno.ENOBUFS, "lease", () -> pool.lease(Long.MAX_VALUE, 1));
    refused(Errno.ENOBUFS, "lease", () -> pool.lease(1L << 37, 4096));
    PoolOptions options = PoolOptions.DEFAULT;
    for (int granule : new int[] {0, 32, 96, 8192, -64}) {
      assertThrows(IllegalArgumentException.class, () -> options.withGranule(granule));
    }
    assertThrows(IllegalArgumentException.class, () -> options.withBytes(0, 1));
    assertThrows(IllegalArgumentException.class, () -> options.withBytes(2, 1));
    assertThrows(IllegalArgumentException.class, () -> options.withMaxLeases(0));
    assertThrows(IllegalArgumentException.class, () -> options.withMaxLeases((1 << 20) + 1));
  }

  @Test
  void aPoolIsClosedOnlyWhenAllLeasesAreBack() throws Exception {
    BufferPool pool = pool(PAGE, PAGE);
    long lease = pool.lease(1, 1);
    fails("1 leases are out, 0 of them held", pool::close);
    assertEquals(1, pool.size(lease), "a refused close changes nothing");
    pool.release(lease);
    pool.close();
    pool.close();
    assertEquals(-1, pool.tryLease(1, 1));
    fails("closed", () -> pool.lease(1, 1));
    fails("closed", () -> pool.grow(1));
  }

  @Test
  void afterTheRingIsClosedLeasesCanOnlyEnd() throws Exception {
    BufferPool pool = pool(PAGE, PAGE);
    long kept = pool.lease(1, 1);
    long held = pool.lease(1, 1);
    pool.hold(held, 0, 1);
    var memory = pool.memory(kept);
    ring.close();
    assertEquals(-1, pool.tryLease(1, 1));
    fails("the ring is closed", () -> pool.lease(1, 1));
    fails("the ring is closed", () -> pool.grow(1));
    assertThrows(IllegalStateException.class, () -> memory.get(JAVA_BYTE, 0));
    pool.close();
    pool.release(kept);
    pool.drop(held);
    pool.release(held);
    fails("double release", () -> pool.release(kept));
    assertEquals(0, pool.leases());
  }

  @Test
  void onceTheServerIsGoneNothingIsLeased() throws Exception {
    BufferPool pool = pool(PAGE, 4 * PAGE);
    long lease = pool.lease(1, 1);
    pool.hold(lease, 0, 1);
    server.server.end(session, Errno.EIO, "enough");
    assertThrows(PeerGoneException.class, () -> ring.await(1, 0));
    assertEquals(-1, pool.tryLease(1, 1));
    PeerGoneException gone = assertThrows(PeerGoneException.class, () -> pool.lease(1, 1));
    assertTrue(gone.getMessage().contains("enough"), gone::getMessage);
    assertThrows(PeerGoneException.class, () -> pool.grow(1));
    pool.release(lease);
    assertEquals(1, pool.leases(), "the lost operation holds it yet");
    pool.close();
    pool.drop(lease);
    assertEquals(0, pool.leases());
  }
}
