// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Messages;
import dev.annulus.ring.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is not of the protocol ends its own connection, and leaves nothing behind. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class GarbageTest {
  private static final int ROUNDS = 150;

  @TempDir Path directory;
  private Path path;

  static LongStream seeds() {
    return LongStream.range(0, 6);
  }

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  /** A message that is random, or right but for some bits, of a length that fits or does not. */
  static int invent(SplittableRandom random, MemorySegment body) {
    byte[] bytes = new byte[(int) body.byteSize()];
    random.nextBytes(bytes);
    body.copyFrom(MemorySegment.ofArray(bytes));
    if (random.nextInt(3) > 0) {
      AttachMessage.begin(body, random.nextInt(7));
      AttachMessage.intAt(body, AttachMessage.CREDIT, random.nextInt());
      AttachMessage.longAt(
          body, AttachMessage.REGION_SIZE, random.nextLong() >>> random.nextInt(64));
    }
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(bytes.length + 1);
      case 1 -> random.nextInt(AttachMessage.SIZE);
      default -> AttachMessage.SIZE;
    };
  }

  private static int[] descriptors(SplittableRandom random, int file) {
    int[] descriptors = new int[random.nextInt(4) == 0 ? random.nextInt(Messages.MAX_FDS + 1) : 0];
    Arrays.fill(descriptors, file);
    return descriptors;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void garbageEndsOnlyItsOwnConnection(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    int file = Files.open("/dev/null", Files.O_RDONLY, 0);
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, false);
        PeerRing good = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      exchange(good, -1, seed);
      Proc.Held before = Proc.Held.now();
      for (int round = 0; round < ROUNDS; round++) {
        try (RawSocket bad = RawSocket.connect(path)) {
          for (int i = random.nextInt(4); i >= 0; i--) {
            int length = invent(random, bad.body());
            // It fails where the server has hung up after the one before.
            bad.messages.send(bad.fd, length, descriptors(random, file));
          }
        }
        exchange(good, round, seed);
      }
      // Whoever came before this one was accepted before.
      PeerRing.attach(path, PeerOptions.DEFAULT).close();
      Proc.await(() -> "sessions remain", () -> echo.sessions() == 1);
      before.assertHeldAgain();
    } finally {
      Files.close(file);
    }
  }

  /** The good client is served as if nothing had happened. */
  private static void exchange(PeerRing good, int round, long seed) throws PeerGoneException {
    TrafficTest.nop(good, round);
    good.submit();
    assertEquals(1, good.awaitUninterruptibly(1), "seed " + seed + ", round " + round);
    assertEquals(round, TrafficTest.reap(good));
    good.cq().release();
  }

  /** Expects GOODBYE with EPROTO, then the end. */
  private static void ended(RawSocket client, String why) {
    long length = client.receive();
    assertEquals(AttachMessage.GOODBYE, AttachMessage.type(client.body(), length), why);
    assertEquals(Errno.EPROTO, AttachMessage.status(client.body()));
    String text = AttachMessage.text(client.body(), length);
    assertTrue(text.contains(why), text);
    assertEquals(0, client.receive());
  }

  @Test
  void eachFaultIsNamed() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT)) {
      Proc.Held before = Proc.Held.now();
      said(client -> client.begin(AttachMessage.HELLO).send(AttachMessage.SIZE - 1), "63 bytes");
      said(client -> client.begin(AttachMessage.HELLO).set(0, 7).send(64), "not of version 1");
      said(client -> client.begin(AttachMessage.HELLO).set(4, 1 << 16 | 2).send(64), "version 1");
      said(client -> client.begin(AttachMessage.SHARE).send(64), "type 3");
      said(client -> client.begin(AttachMessage.WELCOME).send(64), "type 2");
      said(client -> client.begin(0).send(64), "type 0");
      said(
          client -> client.begin(AttachMessage.HELLO).send(AttachMessage.CAPACITY + 1), "too long");
      said(client -> client.begin(0xffff).send(AttachMessage.CAPACITY), "type 65535");
      assertTrue(server.quiet());
      before.assertHeldAgain();
    }
  }

  private void said(Consumer<RawSocket> message, String why) throws Exception {
    try (RawSocket client = RawSocket.connect(path)) {
      message.accept(client);
      ended(client, why);
    }
  }

  @Test
  void secondHelloEndsTheSession() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT)) {
      Proc.Held before = Proc.Held.now();
      try (RawSocket client = RawSocket.connect(path)) {
        client.hello();
        client.messages.closeDescriptors();
        PeerSession session = server.attached();
        client.begin(AttachMessage.HELLO).send(AttachMessage.SIZE);
        ended(client, "out of place");
        assertEquals(session, server.gone());
      }
      before.assertHeldAgain();
    }
  }

  @Test
  void strayDescriptorsAreClosed() throws Exception {
    int file = Files.open("/dev/null", Files.O_RDONLY, 0);
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT)) {
      Proc.Held before = Proc.Held.now();
      for (int length : new int[] {0, 1, AttachMessage.SIZE, AttachMessage.CAPACITY + 1}) {
        try (RawSocket client = RawSocket.connect(path)) {
          client.begin(AttachMessage.SHARE).send(length, file, file, file);
          client.receive();
          assertEquals(0, client.receive());
        }
        before.assertHeldAgain();
      }
      assertTrue(server.quiet());
      try (RawSocket client = RawSocket.connect(path)) {
        // They are of no use with HELLO, and no harm.
        client.begin(AttachMessage.HELLO).send(AttachMessage.SIZE, file, file);
        assertEquals(AttachMessage.SIZE, client.receive());
        client.messages.closeDescriptors();
      }
      assertNotNull(server.attached());
      server.gone();
      before.assertHeldAgain();
    } finally {
      Files.close(file);
    }
  }

  @Test
  void silentConnectionsAreBounded() throws Exception {
    int most = 64;
    List<RawSocket> silent = new ArrayList<>();
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing attached = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      int sockets = Proc.descriptors().get("socket");
      for (int i = 0; i < 3 * most; i++) {
        silent.add(RawSocket.connect(path));
      }
      int own = silent.size();
      Proc.await(
          () -> "sockets: " + Proc.descriptors().get("socket") + ", before: " + sockets,
          () -> Proc.descriptors().get("socket") == sockets + own + most);
      assertEquals(0, silent.getFirst().receive(), "the oldest was to go");
      silent.getLast().hello();
      silent.getLast().messages.closeDescriptors();
      assertFalse(attached.gone());
      assertTrue(server.attached() != server.attached());
    } finally {
      silent.forEach(RawSocket::close);
    }
  }
}
