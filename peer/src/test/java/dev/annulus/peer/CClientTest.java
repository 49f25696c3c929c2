// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.CqEntry;
import dev.annulus.ring.SqEntry;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client in C and a server in Java. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class CClientTest {
  private static final long SECOND = SECONDS.toNanos(1);
  private static final int COUNT = 2_000;

  @RegisterExtension static final CPrograms C = new CPrograms();

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  /** The client checks order, results and what the server wrote; this the rest. */
  @ParameterizedTest
  @ValueSource(longs = {0, (1L << 32) - 5, Long.MAX_VALUE - 4, -5})
  void everyOperationIsServedAndBothWakeTheOther(long start) throws Exception {
    ServerOptions options = ServerOptions.DEFAULT.withStartIndex(start);
    try (Echo echo = new Echo(path, options, false);
        var client = C.start("client", path, "traffic", 7, COUNT)) {
      String done = client.line();
      String end = Long.toUnsignedString(start + COUNT);
      assertTrue(done != null && done.startsWith("done " + end + " woke "), done);
      assertTrue(Integer.parseInt(done.substring(done.lastIndexOf(' ') + 1)) > 0, done);
      assertTrue(echo.systemCalls() > 0, "the server never woke the client");
      client.endInput();
      assertEquals(0, client.ended());
      Proc.await(() -> "session remains", () -> echo.sessions() == 0);
    }
  }

  /** Credit 1: a queue of four entries, where the last slot is met most often. */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 9223372036854775803", "7, -5", "64, 9223372036854775803", "1, -5"})
  void resultsOf64BitsArrive(int credit, long start) throws Exception {
    ServerOptions options = ServerOptions.DEFAULT.withStartIndex(start);
    try (Echo echo = new Echo(path, options, false);
        var client = C.start("client", path, "tell", credit, COUNT)) {
      String told = client.line();
      assertTrue(told != null && told.startsWith("told " + COUNT + " slots "), told);
      long slots = Long.parseUnsignedLong(told.substring(told.lastIndexOf(' ') + 1)) - start;
      assertTrue(slots > COUNT * 3 / 2, "half of the results need two slots: " + told);
      client.endInput();
      assertEquals(0, client.ended());
      Proc.await(() -> "session remains", () -> echo.sessions() == 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "7, -5", "7, 9223372036854775803", "64, -5"})
  void entriesAreTakenInTheArraysOrder(int credit, long start) throws Exception {
    ServerOptions options = ServerOptions.DEFAULT.withStartIndex(start);
    try (Echo echo = new Echo(path, options, false);
        var client = C.start("client", path, "array", credit, COUNT)) {
      client.says("told " + COUNT + " backwards");
      client.endInput();
      assertEquals(0, client.ended());
      Proc.await(() -> "session remains", () -> echo.sessions() == 0);
    }
  }

  @Test
  void busyServerIsRightToo() throws Exception {
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT.withStartIndex(0), true);
        var client = C.start("client", path, "traffic", 64, COUNT)) {
      String done = client.line();
      assertTrue(done != null && done.startsWith("done " + COUNT), done);
      client.endInput();
      assertEquals(0, client.ended());
      Proc.await(() -> "session remains", () -> echo.sessions() == 0);
    }
  }

  @Test
  void killedClientIsNoticedAtOnceAndLeavesNothing() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT)) {
      long mappings = Proc.mappings();
      try (var client = C.start("client", path, "sleep")) {
        PeerSession session = server.attached();
        assertEquals(client.pid(), session.caller().pid());
        client.says("attached");
        Proc.await(() -> "no ring", () -> Proc.mappings() == mappings + 2);
        long killed = System.nanoTime();
        client.kill();
        assertEquals(session, server.gone());
        assertTrue(System.nanoTime() - killed < SECOND, "noticed late");
      }
      assertEquals(mappings, Proc.mappings());
      assertTrue(server.quiet());
    }
  }

  @Test
  void sleepingClientIsToldThatTheServerStopped() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        var client = C.start("client", path, "sleep")) {
      server.attached();
      client.says("attached");
      long closed = System.nanoTime();
      server.server.close();
      client.says("Broken pipe: the host was stopped");
      assertTrue(System.nanoTime() - closed < SECOND, "noticed late");
      client.endInput();
      assertEquals(0, client.ended());
    }
  }

  @Test
  void clientGetsWhatTheServerLeft() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        var client = C.start("client", path, "reap", 8, 5)) {
      PeerSession session = server.attached();
      client.says("submitted");
      assertEquals(5, session.await(5, 0, WaitStrategy.PARK));
      Signals.send("STOP", client.pid());
      Proc.await(() -> "not stopped", () -> Proc.stopped(client.pid()));
      for (int i = 0; i < 5; i++) {
        long user = SqEntry.userData(session.sq().slots(), session.sq().next());
        CqEntry.fill(session.cq().slots(), session.cq().claim(), user, 0, 0);
      }
      session.sq().release();
      session.complete();
      server.server.close();
      Signals.send("CONT", client.pid());
      client.says("5");
      client.endInput();
      assertEquals(0, client.ended());
    }
  }

  @Test
  void sleepingClientNoticesThatTheServerWasKilled() throws Exception {
    try (Child server = Child.start("server", path.toString())) {
      server.says("listening");
      try (var client = C.start("client", path, "sleep")) {
        client.says("attached");
        long killed = System.nanoTime();
        server.signal("KILL");
        client.says("Broken pipe: ");
        assertTrue(System.nanoTime() - killed < SECOND, "noticed late");
      }
    }
  }

  @Test
  void clientIsToldWhyItIsRefused() throws Exception {
    ServerOptions options = ServerOptions.DEFAULT.withAllow(caller -> false);
    try (var client = C.start("client", path, "sleep")) {
      client.says("No such file or directory: ");
      assertEquals(2, client.ended());
    }
    try (TestServer server = new TestServer(path, options);
        var client = C.start("client", path, "sleep")) {
      client.says("Permission denied: this host does not serve your user");
      assertEquals(2, client.ended());
      assertTrue(server.quiet());
    }
  }

  @Test
  void clientIsToldWhyARegionIsRefused() throws Exception {
    ServerOptions options = ServerOptions.DEFAULT.withRegions(3, 1 << 20);
    try (TestServer server = new TestServer(path, options);
        var client = C.start("client", path, "refused")) {
      PeerSession session = server.attached();
      String quota = "3 regions and 1048576 bytes; this one has 3 and 12288";
      client.says("Disk quota exceeded: a client's quota here is " + quota);
      assertEquals(4096, session.region(2).byteSize());
      client.endInput();
      assertEquals(0, client.ended());
      assertEquals(session, server.gone());
    }
  }
}
