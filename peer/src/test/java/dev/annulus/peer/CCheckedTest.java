// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both ends in C with the compiler's sanitizers: against a peer that is right, one that lies about
 * an index, and one whose messages are garbage. They find accesses outside and undefined behaviour.
 */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class CCheckedTest {
  @RegisterExtension static final CPrograms C = new CPrograms();

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() {
    path = directory.resolve("s");
    assumeTrue(C.hasSanitizers(), "gcc has no sanitizers here: libasan and libubsan");
  }

  private CPrograms.CProcess server(Object... arguments) throws IOException {
    var server = C.startChecked("server", arguments);
    server.says("listening");
    return server;
  }

  @Test
  void client() throws Exception {
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT.withStartIndex(-100), false)) {
      for (String mode : new String[] {"traffic", "tell"}) {
        try (var client = C.startChecked("client", path, mode, 7, 500)) {
          assertTrue(client.line().matches("(done|told) .*"));
          client.endInput();
          assertEquals(0, client.ended());
        }
      }
      Proc.await(() -> "session remains", () -> echo.sessions() == 0);
    }
  }

  @Test
  void server() throws Exception {
    try (var server = server(path, 8, 0)) {
      try (PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
        ring.share(4096);
        for (int i = 0; i < 100; i++) {
          TrafficTest.nop(ring, i);
          ring.submit();
          assertEquals(1, ring.await(1, 0));
          assertEquals(i, TrafficTest.reap(ring));
          ring.cq().release();
        }
      }
      server.line();
      server.says("Broken pipe");
      server.line();
      assertEquals(0, server.ended());
    }
  }

  @Test
  void serverOfAClientThatLies() throws Exception {
    try (var server = server(path, 8, 0);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      ring.sq().slots().set(java.lang.foreign.ValueLayout.JAVA_LONG, 0, 1L << 63);
      dev.annulus.ffi.Futex.wake(ring.sq().slots().address(), 1);
      PeerGoneException told = assertThrows(PeerGoneException.class, () -> ring.await(1, 0));
      assertTrue(told.getMessage().contains("ended the session"), told::getMessage);
      server.line();
      server.says("Protocol error");
      server.line();
      assertEquals(0, server.ended());
    }
  }

  @Test
  void serverOfGarbage() throws Exception {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 8; round++) {
      java.nio.file.Files.deleteIfExists(path);
      try (var server = server(path, 8, 0);
          RawSocket client = RawSocket.connect(path)) {
        if (random.nextBoolean()) {
          client.hello();
          client.messages.closeDescriptors();
        }
        int length = GarbageTest.invent(random, client.body());
        client.messages.send(client.fd, Math.max(length, 1));
        while (client.receive() > 0) {
          client.messages.closeDescriptors();
          client.messages.send(client.fd, 1);
        }
        assertEquals(0, server.ended(), "seed " + seed + ", round " + round);
      }
    }
  }
}
