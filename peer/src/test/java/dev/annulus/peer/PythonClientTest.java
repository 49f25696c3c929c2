// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.Errno;
import dev.annulus.ring.SqEntry;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * RFC 1 is enough to write a client from: {@code client.py} has nothing of ours, neither a header
 * nor a class. Where it does not get along with the server, the RFC is wrong, or the code is.
 */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class PythonClientTest {
  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() throws InterruptedException {
    path = directory.resolve("s");
    try {
      Process python = new ProcessBuilder("python3", "--version").inheritIO().start();
      assumeTrue(python.waitFor() == 0, "python3 does not start");
    } catch (IOException e) {
      assumeTrue(false, "python3 is not installed: nobody reads the RFC");
    }
  }

  /** The client; killed when closed. */
  private record Client(Process process, BufferedReader out) implements AutoCloseable {
    void says(String line) throws IOException {
      assertEquals(line, out.readLine());
    }

    void ended() throws InterruptedException {
      assertTrue(process.waitFor(20, SECONDS), "the client does not end");
      assertEquals(0, process.exitValue());
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private Client start(int credit, int count) throws IOException {
    Path script = CPrograms.base().resolve("src/test/python/client.py");
    List<String> command = new ArrayList<>(List.of("python3", "-B", script.toString()));
    command.addAll(List.of(path.toString(), Integer.toString(credit), Integer.toString(count)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new Client(process, process.inputReader());
  }

  /** Half of the results need 64 bits; the server sleeps whenever it has nothing to do. */
  @ParameterizedTest
  @CsvSource({"0, 1", "0, 7", "9223372036854775803, 64", "-5, 7"})
  void everyOperationIsServedAndTheClientToldOfTheEnd(long start, int credit) throws Exception {
    int count = 500;
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT.withStartIndex(start), false);
        Client client = start(credit, count)) {
      client.says("attached " + credit);
      client.says("done " + Long.toUnsignedString(start + count));
      assertEquals(1, echo.sessions());
      echo.stop();
      client.says("end: ESHUTDOWN: the host was stopped");
      client.ended();
    }
  }

  @Test
  void serverNoticesThatTheClientClosedOrWasKilled() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT)) {
      try (Client client = start(8, 0)) {
        PeerSession session = server.attached();
        client.says("attached 8");
        assertEquals(session, server.gone());
        client.ended();
      }
      try (Client client = start(8, 5)) {
        PeerSession session = server.attached();
        client.says("attached 8");
        assertEquals(5, session.await(5, 0, WaitStrategy.PARK));
        client.process.destroyForcibly();
        assertEquals(session, server.gone());
      }
    }
  }

  @Test
  void clientIsToldWhyItIsRefused() throws Exception {
    try (TestServer server =
            new TestServer(path, ServerOptions.DEFAULT.withAllow(caller -> false));
        Client client = start(8, 5)) {
      client.says("refused: EACCES: this host does not serve your user");
      client.ended();
      assertTrue(server.quiet());
    }
  }

  @Test
  void sleepingClientIsWokenThenTold() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withStartIndex(0));
        Client client = start(8, 5)) {
      PeerSession session = server.attached();
      client.says("attached 8");
      assertEquals(5, session.await(5, 0, WaitStrategy.PARK));
      Proc.await(() -> "not asleep", () -> Proc.asleep((int) client.process.pid()));
      for (int i = 0; i < 5; i++) {
        long at = session.sq().next();
        MemorySegment entries = session.sq().slots();
        session.post(SqEntry.userData(entries, at), SqEntry.off(entries, at) * (i % 2));
      }
      session.sq().release();
      long before = session.systemCalls();
      session.complete();
      assertEquals(before + 1, session.systemCalls(), "one wake-up for all");
      client.says("done 5");
      server.server.end(session, Errno.EPROTO, "so it is");
      client.says("end: EPROTO: so it is");
      client.ended();
    }
  }
}
