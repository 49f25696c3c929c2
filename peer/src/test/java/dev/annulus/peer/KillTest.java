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
import dev.annulus.ring.SqEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real processes, killed and stopped. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class KillTest {
  private static final long SECOND = SECONDS.toNanos(1);

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  /** Answers what a victim client submits, until it waits for what never comes. */
  private static void serve(PeerSession session, int count) {
    for (int served = 0; served < count; ) {
      for (int ready = session.sq().available(); ready > 0; ready--, served++) {
        long user = SqEntry.userData(session.sq().slots(), session.sq().next());
        CqEntry.fill(session.cq().slots(), session.cq().claim(), user, 0, 0);
      }
      session.sq().release();
      session.complete();
    }
  }

  @Test
  void killedClientIsNoticedAtOnceAndLeavesNothing() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT)) {
      Proc.Held before = Proc.Held.now();
      try (Child client = Child.start("client", path.toString())) {
        PeerSession session = server.attached();
        assertEquals(client.pid(), session.caller().pid());
        serve(session, 1_000);
        client.says("attached");
        before = new Proc.Held(Proc.descriptors(), before.mappings());
        long killed = System.nanoTime();
        client.signal("KILL");
        assertEquals(session, server.gone());
        noticed("a client's death, by a server", killed);
      }
      assertEquals(before.mappings(), Proc.mappings());
    }
  }

  @ParameterizedTest
  @EnumSource(WaitStrategy.class)
  void killedServerIsNoticedAtOnceBySleepersToo(WaitStrategy way) throws Exception {
    try (Child child = Child.start("server", path.toString())) {
      child.says("listening");
      try (PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withWaiting(way))) {
        TrafficTest.nop(ring, 5);
        ring.submit();
        assertEquals(1, ring.await(1, 0));
        FutureTask<Integer> waiting = new FutureTask<>(() -> ring.await(2, 0));
        Thread.ofPlatform().daemon().start(waiting);
        Proc.await(() -> "busy all the time", () -> ring.systemCalls() > 0 || !sleeps(way));
        long killed = System.nanoTime();
        child.signal("KILL");
        assertEquals(1, waiting.get(20, SECONDS), "what was left");
        noticed("a server's death, by a client that waits by " + way, killed);
        TrafficTest.reap(ring);
        ring.cq().release();
        PeerGoneException gone = assertThrows(PeerGoneException.class, () -> ring.await(1, 0));
        assertTrue(gone.getMessage().contains("killed or crashed"), gone::getMessage);
        assertTrue(gone.getMessage().contains(path.toString()), gone::getMessage);
      }
      child.ended();
      assertTrue(Files.exists(path), "a killed server leaves its socket behind");
      try (TestServer next = new TestServer(path, ServerOptions.DEFAULT);
          PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
        assertEquals(ring.credit(), next.attached().credit());
      }
    }
  }

  /** Says how long it took: 100 ms are wanted, and a second is too much for a busy machine too. */
  private static void noticed(String what, long since) {
    long took = System.nanoTime() - since;
    System.out.printf("%s, was noticed after %.1f ms%n", what, took / 1e6);
    assertTrue(took < SECOND, "noticed late");
  }

  private static boolean sleeps(WaitStrategy way) {
    return way != WaitStrategy.BUSY_SPIN;
  }

  /** Longer than the one time-out that there is, that of attaching. */
  @Test
  void stoppedServerIsSlowAndNotDead() throws Exception {
    PeerOptions hasty = new PeerOptions(8, WaitStrategy.PARK, 0, 200);
    try (Child child = Child.start("server", path.toString())) {
      child.says("listening");
      try (PeerRing ring = PeerRing.attach(path, hasty)) {
        child.signal("STOP");
        Proc.await(() -> "not stopped", () -> Proc.stopped(child.pid()));
        TrafficTest.nop(ring, 5);
        ring.submit();
        assertEquals(0, ring.await(1, MILLISECONDS.toNanos(3 * 200)));
        assertFalse(ring.gone());
        child.signal("CONT");
        assertEquals(1, ring.await(1, 0));
        assertEquals(5, TrafficTest.reap(ring));
      }
    }
  }

  /** Likewise. */
  @Test
  void stoppedClientIsSlowAndNotDead() throws Exception {
    PeerOptions hasty = new PeerOptions(8, WaitStrategy.PARK, 0, 200);
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        Child client = Child.start("client", path.toString());
        PeerRing other = PeerRing.attach(path, hasty)) {
      PeerSession one = server.attached();
      PeerSession two = server.attached();
      PeerSession stopped = one.caller().pid() == client.pid() ? one : two;
      serve(stopped, 1_000);
      client.says("attached");
      client.signal("STOP");
      Proc.await(() -> "not stopped", () -> Proc.stopped(client.pid()));
      assertEquals(0, stopped.await(1, MILLISECONDS.toNanos(3 * 200), WaitStrategy.PARK));
      assertFalse(stopped.gone());
      assertFalse(other.gone());
      // It sleeps for this: woken, but stopped, and it has it when it goes on.
      CqEntry.fill(stopped.cq().slots(), stopped.cq().claim(), 1, 0, 0);
      stopped.complete();
      assertFalse(stopped.gone());
      client.signal("CONT");
      client.tell("end");
      server.ended(stopped);
    }
  }

  @ParameterizedTest
  @EnumSource(WaitStrategy.class)
  void serverThatWaitsGetsWhatAKilledClientLeft(WaitStrategy way) throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        Child client = Child.start("client", path.toString())) {
      PeerSession session = server.attached();
      assertEquals(1, session.await(1, 0, way)); // it waits for the answer, which never comes
      FutureTask<Integer> waiting = new FutureTask<>(() -> session.await(2, 0, way));
      Thread.ofPlatform().daemon().start(waiting);
      Proc.await(() -> "does not sleep", () -> session.systemCalls() > 0 || !sleeps(way));
      long killed = System.nanoTime();
      client.signal("KILL");
      assertEquals(1, waiting.get(20, SECONDS), "what was left");
      noticed("a client's death, by a server that waits by " + way, killed);
      assertEquals(0, SqEntry.userData(session.sq().slots(), session.sq().next()));
      session.sq().release();
      assertThrows(PeerGoneException.class, () -> session.await(1, 0, way));
    }
  }

  @Test
  void clientIsToldTheReasonInItsOwnProcess() throws Exception {
    TestServer server = new TestServer(path, ServerOptions.DEFAULT);
    try (Child client = Child.start("client", path.toString())) {
      serve(server.attached(), 1_000);
      client.says("attached");
      server.close();
      client.says("gone: the host at " + path + " ended the session: the host was stopped");
    }
  }
}
