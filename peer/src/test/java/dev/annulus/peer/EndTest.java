// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import dev.annulus.ring.SqEntry;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client gets what is left in the ring, then is told why the session ended. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class EndTest {
  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  private static void complete(PeerSession session, int count) {
    for (int i = 0; i < count; i++) {
      CqEntry.fill(session.cq().slots(), session.cq().claim(), i, 0, 0);
    }
    session.complete();
  }

  private static void gone(PeerRing ring, String why) {
    // Again and again: the reason does not wear off.
    for (int i = 0; i < 3; i++) {
      PeerGoneException gone = assertThrows(PeerGoneException.class, () -> ring.await(1, 0));
      assertTrue(gone.getMessage().contains(why), gone::getMessage);
    }
    assertTrue(ring.gone());
  }

  @ParameterizedTest
  @EnumSource(WaitStrategy.class)
  void whatIsLeftThenTheReason(WaitStrategy way) throws Exception {
    TestServer server = new TestServer(path, ServerOptions.DEFAULT);
    try (PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withWaiting(way))) {
      complete(server.attached(), 5);
      server.close();
      assertEquals(5, ring.await(7, 0), "fewer than asked for, because no more can come");
      for (int i = 0; i < 5; i++) {
        assertEquals(i, TrafficTest.reap(ring));
      }
      ring.cq().release();
      gone(ring, "the host was stopped");
    }
  }

  @ParameterizedTest
  @EnumSource(WaitStrategy.class)
  void waitingClientIsToldAtOnce(WaitStrategy way) throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withWaiting(way))) {
      PeerSession session = server.attached();
      long[] ended = new long[1];
      Thread ender =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                LockSupport.parkNanos(MILLISECONDS.toNanos(20));
                ended[0] = System.nanoTime();
                server.server.end(session, Errno.EPROTO, "tail index 7 cannot be true");
              });
      gone(ring, "tail index 7 cannot be true");
      ender.join();
      long took = System.nanoTime() - ended[0];
      assertTrue(took < MILLISECONDS.toNanos(1000), "took " + took + " ns");
      assertEquals(session, server.gone());
    }
  }

  /** The same the other way round: what the client left, each entry once, then that it is gone. */
  @ParameterizedTest
  @EnumSource(WaitStrategy.class)
  void serverGetsWhatTheClientLeftThenIsTold(WaitStrategy way) throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT)) {
      PeerSession session;
      try (PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
        session = server.attached();
        for (int i = 0; i < 5; i++) {
          TrafficTest.nop(ring, i);
        }
        ring.submit();
        TrafficTest.nop(ring, 99); // never published, so never sent
      }
      assertEquals(5, session.await(7, 0, way), "fewer than asked for: no more can come");
      server.ended(session);
      assertTrue(session.gone());
      for (int i = 0; i < 5; i++) {
        assertEquals(i, SqEntry.userData(session.sq().slots(), session.sq().next()));
      }
      session.sq().release();
      for (int i = 0; i < 3; i++) {
        PeerGoneException gone =
            assertThrows(PeerGoneException.class, () -> session.await(1, 0, way));
        String who = "process " + ProcessHandle.current().pid();
        assertTrue(gone.getMessage().contains(who), gone::getMessage);
      }
      complete(session, 5); // into memory that is still ours: harmless
    }
  }

  @Test
  void endingOneSessionLeavesTheOthers() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing first = PeerRing.attach(path, PeerOptions.DEFAULT);
        PeerRing second = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      PeerSession one = server.attached();
      PeerSession two = server.attached();
      server.server.end(one, Errno.EIO, "no more");
      server.server.end(one, Errno.EIO, "twice");
      assertEquals(one, server.gone());
      gone(first, "no more");
      complete(two, 1);
      assertEquals(1, second.await(1, 0));
      assertFalse(second.gone());
      assertTrue(server.quiet(), "told more than once that a session is gone");
    }
  }

  @Test
  void reasonIsTruncatedAndCannotControlATerminal() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      String reason = "\u001b[2J\n" + "ä".repeat(1000);
      server.server.end(server.attached(), Errno.EIO, reason);
      gone(ring, " [2J " + "ä".repeat(200));
    }
  }

  @Test
  void reasonReachesAClientThatIsSharing() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      server.server.end(server.attached(), Errno.EIO, "no more");
      server.gone();
      Proc.Held before = Proc.Held.now();
      for (int i = 0; i < 3; i++) {
        PeerGoneException gone = assertThrows(PeerGoneException.class, () -> ring.share(1));
        assertTrue(gone.getMessage().contains(i == 0 ? "no more" : "host"), gone::getMessage);
      }
      gone(ring, "no more");
      before.assertHeldAgain();
    }
  }

  @Test
  void reasonReachesAClientWhoseMessageWasNotReadAnyMore() throws Exception {
    // The kernel tells a reset first where something of ours was left unread.
    try (RawSocket listener = RawSocket.listen(path, 1)) {
      RawSocket[] server = new RawSocket[1];
      Thread hostile =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try {
                  server[0] = listener.accept();
                  server[0].begin(AttachMessage.GOODBYE);
                  int length = AttachMessage.fail(server[0].body(), Errno.EIO, "going down");
                  // Once HELLO is there, and left unread.
                  Proc.await(() -> "no HELLO", server[0]::unread);
                  server[0].send(length);
                  server[0].close();
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      PeerGoneException gone =
          assertThrows(PeerGoneException.class, () -> PeerRing.attach(path, PeerOptions.DEFAULT));
      assertTrue(gone.getMessage().contains("going down"), gone::getMessage);
      hostile.join();
    }
  }

  @Test
  void handlerCannotWaitForItself() throws Exception {
    PeerServer[] server = new PeerServer[1];
    Throwable[] thrown = new Throwable[1];
    PeerServer.Handler handler =
        new PeerServer.Handler() {
          @Override
          public void attached(PeerSession session) {
            thrown[0] = assertThrows(IllegalStateException.class, server[0]::close);
          }

          @Override
          public void gone(PeerSession session) {
            session.free();
          }
        };
    server[0] = PeerServer.listen(path, ServerOptions.DEFAULT, handler);
    PeerRing.attach(path, PeerOptions.DEFAULT).close();
    server[0].close();
    assertTrue(thrown[0] instanceof IllegalStateException);
  }
}
