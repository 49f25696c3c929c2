// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client in Java and a server in C. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class CServerTest {
  private static final long SECOND = SECONDS.toNanos(1);
  private static final int COUNT = 2_000;
  private static final int BUFFER = 64;
  private static final PeerOptions PARKS = PeerOptions.DEFAULT.withWaiting(WaitStrategy.PARK);

  @RegisterExtension static final CPrograms C = new CPrograms();

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  private CPrograms.CProcess server(int credit, long start) throws IOException {
    var server = C.start("server", path, credit, Long.toUnsignedString(start));
    server.says("listening");
    return server;
  }

  /** Attaches, which the server must have seen of this process. */
  private PeerRing attach(CPrograms.CProcess server, PeerOptions options) throws IOException {
    PeerRing ring = PeerRing.attach(path, options);
    server.says("attached " + ProcessHandle.current().pid());
    return ring;
  }

  private static MemorySegment buffer(Region region, long operation) {
    return region.memory().asSlice(operation % 7 * BUFFER, BUFFER);
  }

  /** Odd ones are filled by the server, even ones are read by it. */
  private static void submitOne(PeerRing ring, Region region, long operation) {
    MemorySegment buffer = buffer(region, operation);
    long at = ring.sq().claim();
    assertTrue(at >= 0, "the queue is full below the credit");
    int opcode = operation % 2 == 0 ? Echo.SUM : Echo.FILL;
    long addr = buffer.address() - region.memory().address();
    SqEntry.fill(ring.sq().slots(), at, opcode, -1, operation, addr, BUFFER, ~operation);
    SqEntry.bufIndex(ring.sq().slots(), at, region.id());
    if (opcode == Echo.SUM) {
      buffer.fill((byte) (operation * 3));
    }
  }

  private static void reapOne(PeerRing ring, Region region, long operation) {
    long at = ring.cq().next();
    MemorySegment entries = ring.cq().slots();
    assertEquals(~operation, CqEntry.userData(entries, at));
    assertEquals(0, CqEntry.flags(entries, at));
    boolean sum = operation % 2 == 0;
    int expected = sum ? BUFFER * ((int) (operation * 3) & 0xff) : BUFFER;
    assertEquals(expected, CqEntry.res(entries, at));
    for (long i = 0; !sum && i < BUFFER; i++) {
      assertEquals((byte) operation, buffer(region, operation).get(JAVA_BYTE, i));
    }
  }

  /** Credit 1: a queue of four entries, where the last slot is met most often. */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 9223372036854775803", "7, -5", "64, 9223372036854775803", "1, -5"})
  void resultsOf64BitsArrive(int credit, long start) throws Exception {
    try (var server = server(credit, start);
        PeerRing ring = attach(server, PARKS)) {
      long[] told = new long[1];
      CompletionHandler handler =
          new CompletionHandler() {
            @Override
            public void completed(long userData, int result, int flags) {
              assertEquals(told(told[0]++), result);
            }

            @Override
            public void completedExtended(
                long userData, int result, int flags, long extra1, long extra2) {
              assertEquals(-Errno.EOVERFLOW, result);
              assertEquals(0, extra2);
              assertEquals(told(told[0]++), extra1);
            }
          };
      for (long submitted = 0; told[0] < COUNT; ) {
        while (ring.inFlight() < ring.credit() && submitted < COUNT) {
          long at = ring.sq().claim();
          long off = told(submitted++);
          SqEntry.fill(ring.sq().slots(), at, Echo.TELL, -1, off, 0, 0, 0);
        }
        ring.submit();
        ring.await(ring.inFlight(), 0);
        ring.reap(handler, ring.credit());
      }
      assertEquals(0, ring.inFlight());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 4, -5})
  void entriesAreTakenInTheArraysOrder(long start) throws Exception {
    try (var server = server(8, start);
        PeerRing ring = attach(server, PARKS.withSqArray(true))) {
      for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 4; i++) {
          long at = ring.sq().claim();
          SqEntry.fill(ring.sq().slots(), at, Echo.TELL, -1, i, 0, 0, i);
        }
        ring.sq().swap(0, 3);
        ring.submit();
        StringBuilder order = new StringBuilder();
        while (order.length() < 4) {
          ring.await(1, 0);
          ring.reap((userData, result, flags) -> order.append(result), 4);
        }
        assertEquals("3120", order.toString());
      }
    }
  }

  private static long told(long operation) {
    return Long.MAX_VALUE >> operation * 31 % 63;
  }

  @ParameterizedTest
  @CsvSource({
    "0, false",
    "4294967291, true",
    "9223372036854775803, false",
    "9223372036854775803, true",
    "-5, false",
    "-5, true"
  })
  void everyOperationIsServedAndBothWakeTheOther(long start, boolean array) throws Exception {
    SplittableRandom random = new SplittableRandom(start);
    long woke = 0;
    try (var server = server(7, start)) {
      try (PeerRing ring = attach(server, PARKS.withSqArray(array))) {
        assertEquals(7, ring.credit());
        assertEquals(start, ring.sq().tail());
        assertEquals(0, ring.share(1).id());
        Region region = ring.share(7 * BUFFER);
        assertEquals(1, region.id());
        long submitted = 0;
        for (long completed = 0; completed < COUNT; ) {
          int room = (int) Math.min(ring.credit() - (submitted - completed), COUNT - submitted);
          for (int batch = random.nextInt(room + 1); batch > 0; batch--) {
            submitOne(ring, region, submitted++);
          }
          if (submitted % 16 == 0) {
            LockSupport.parkNanos(MILLISECONDS.toNanos(2));
          }
          long before = ring.systemCalls();
          ring.submit();
          woke += ring.systemCalls() - before;
          int inFlight = (int) (submitted - completed);
          int ready = inFlight == 0 ? 0 : ring.await(1 + random.nextInt(inFlight), 0);
          for (; ready > 0; ready--) {
            reapOne(ring, region, completed++);
          }
          ring.cq().release();
        }
        assertEquals(start + COUNT, ring.sq().tail());
        assertEquals(start + COUNT, ring.cq().head());
        assertTrue(woke > 0, "the client never woke the server");
      }
      server.says("Broken pipe");
      String served = server.line();
      assertTrue(served.matches("served " + COUNT + " woke [1-9]\\d* regions 2"), served);
      assertEquals(0, server.ended());
    }
    assertFalse(Files.exists(path), "the server left its socket behind");
  }

  @Test
  void sleepingServerIsToldThatTheClientClosed() throws Exception {
    try (var server = server(8, 0)) {
      attach(server, PARKS).close();
      long closed = System.nanoTime();
      server.says("Broken pipe");
      assertTrue(System.nanoTime() - closed < SECOND, "noticed late");
      server.says("served 0 woke 0 regions 0");
      assertEquals(0, server.ended());
    }
  }

  @Test
  void serverGetsWhatTheClientLeftThenIsTold() throws Exception {
    try (var server = server(8, 0)) {
      try (PeerRing ring = attach(server, PARKS)) {
        Signals.send("STOP", server.pid());
        Proc.await(() -> "not stopped", () -> Proc.stopped(server.pid()));
        for (int i = 0; i < 5; i++) {
          TrafficTest.nop(ring, i);
        }
        ring.submit();
        assertFalse(ring.gone(), "a stopped server is slow");
      }
      Signals.send("CONT", server.pid());
      server.says("Broken pipe");
      assertTrue(server.line().startsWith("served 5 "), "each entry once");
      assertEquals(0, server.ended());
    }
  }

  @Test
  void sleepingServerNoticesThatTheClientWasKilled() throws Exception {
    try (var server = server(8, 0);
        Child client = Child.start("client", path.toString())) {
      server.says("attached " + client.pid());
      client.says("attached");
      long killed = System.nanoTime();
      client.signal("KILL");
      server.says("Broken pipe");
      assertTrue(System.nanoTime() - killed < SECOND, "noticed late");
    }
  }

  @Test
  void killedServerIsNoticedAtOnceAndLeavesNothing() throws Exception {
    long mappings = Proc.mappings();
    try (var server = server(8, 0)) {
      try (PeerRing ring = attach(server, PARKS)) {
        ring.share(1);
        assertEquals(mappings + 3, Proc.mappings());
        FutureTask<Integer> waiting = new FutureTask<>(() -> ring.await(1, 0));
        Thread.ofPlatform().daemon().start(waiting);
        Proc.await(() -> "the client does not sleep", () -> ring.systemCalls() > 0);
        long killed = System.nanoTime();
        server.kill();
        Exception gone = assertThrows(Exception.class, () -> waiting.get(20, SECONDS));
        assertTrue(System.nanoTime() - killed < SECOND, "noticed late");
        assertEquals(PeerGoneException.class, gone.getCause().getClass());
        String text = gone.getCause().getMessage();
        assertTrue(text.contains("killed or crashed"), text);
      }
      server.ended();
    }
    assertEquals(mappings, Proc.mappings());
    try (var next = server(8, 0);
        PeerRing ring = attach(next, PARKS)) {
      assertEquals(8, ring.credit(), "a stale socket is replaced");
    }
  }

  @Test
  void bufferOutsideOfRegionsIsAnErrorOfThatEntry() throws Exception {
    try (var server = server(8, 0);
        PeerRing ring = attach(server, PARKS)) {
      Region region = ring.share(1);
      long[][] buffers = {{0, 4097, 0}, {-1, 1, 0}, {4096, 1, 0}, {0, 1, 1}, {0, 0, 65535}};
      for (long[] buffer : buffers) {
        long at = ring.sq().claim();
        MemorySegment slots = ring.sq().slots();
        SqEntry.fill(slots, at, Echo.SUM, -1, 0, buffer[0], (int) buffer[1], 5);
        SqEntry.bufIndex(slots, at, (int) (region.id() + buffer[2]));
        ring.submit();
        assertEquals(1, ring.await(1, 0));
        assertEquals(-Errno.EFAULT, CqEntry.res(ring.cq().slots(), ring.cq().next()));
        ring.cq().release();
      }
    }
  }

  @Test
  void moreThanTheCreditEndsTheSessionWithItsReason() throws Exception {
    try (var server = server(3, 0);
        PeerRing ring = attach(server, PARKS)) {
      assertEquals(4, ring.sq().entries());
      for (int i = 0; i < 4; i++) {
        TrafficTest.nop(ring, i);
      }
      ring.submit();
      PeerGoneException gone = assertThrows(PeerGoneException.class, () -> ring.await(4, 0));
      assertTrue(gone.getMessage().contains("more than the credit"), gone::getMessage);
      server.says("Protocol error");
      server.says("served 0 woke 0 regions 0");
    }
  }

  /** By a client in C, because ours cannot be made to. */
  @ParameterizedTest
  @ValueSource(longs = {9, -1, Long.MIN_VALUE})
  void indexThatCannotBeTrueEndsTheSession(long ahead) throws Exception {
    try (var server = server(8, 5);
        var client = C.start("client", path, "lie", Long.toUnsignedString(ahead))) {
      server.says("attached " + client.pid());
      server.says("Protocol error");
      client.says("Broken pipe: more than the credit, or a wrong index");
      client.endInput();
      assertEquals(0, client.ended());
      assertEquals(0, server.ended());
    }
  }

  @Test
  void serverRefusesWhomAndWhatItDoesNotServe() throws Exception {
    try (var server = server(0, 0)) {
      ErrnoException refused =
          assertThrows(ErrnoException.class, () -> PeerRing.attach(path, PARKS));
      assertEquals(Errno.EACCES, refused.errno());
      server.says("Permission denied");
      assertEquals(0, server.line().indexOf("served 0"));
      assertEquals(0, server.ended());
    }
    try (var server = server(8, 0);
        PeerRing ring = attach(server, PARKS)) {
      ErrnoException large = assertThrows(ErrnoException.class, () -> ring.share(2 << 20));
      assertEquals(Errno.EDQUOT, large.errno());
      assertEquals(0, ring.share(1 << 20).id());
    }
  }

  @Test
  void twoServersDoNotTakeEachOthersPath() throws Exception {
    try (var server = server(8, 0);
        var second = C.start("server", path, 8, 0)) {
      assertEquals(null, second.line());
      assertEquals(1, second.ended());
      attach(server, PARKS).close();
      server.says("Broken pipe");
    }
  }
}
