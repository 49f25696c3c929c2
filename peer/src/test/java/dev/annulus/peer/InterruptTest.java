// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.CqEntry;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A wait answers an interrupt as those of java.util.concurrent do, and loses nothing by it. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class InterruptTest {
  @TempDir Path directory;
  private Path path;
  private TestServer server;

  @BeforeEach
  void listen() throws Exception {
    path = directory.resolve("s");
    server = new TestServer(path, ServerOptions.DEFAULT);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  static Stream<Arguments> ways() {
    return Stream.of(WaitStrategy.values())
        .flatMap(way -> Stream.of(Arguments.of(way, false), Arguments.of(way, true)));
  }

  private PeerRing attach(WaitStrategy way) throws Exception {
    return PeerRing.attach(path, PeerOptions.DEFAULT.withWaiting(way));
  }

  private static Thread start(boolean virtual, Runnable work) {
    return (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(work);
  }

  /** What a wait came to, and the thread's status afterwards. */
  private record End(int ready, Throwable thrown, boolean interrupted) {}

  private interface Wait {
    int run() throws Exception;
  }

  private static End end(Wait wait) {
    int ready = -1;
    Throwable thrown = null;
    try {
      ready = wait.run();
    } catch (Throwable e) {
      thrown = e;
    }
    return new End(ready, thrown, Thread.interrupted());
  }

  private static void complete(PeerSession session) {
    CqEntry.fill(session.cq().slots(), session.cq().claim(), 7, 0, 0);
    session.complete();
  }

  private static void waits(PeerRing ring, WaitStrategy way) {
    Proc.await(
        () -> "does not sleep", () -> way == WaitStrategy.BUSY_SPIN || ring.systemCalls() > 0);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void sleeperIsInterruptedAndCanWaitAgain(WaitStrategy way, boolean virtual) throws Exception {
    try (PeerRing ring = attach(way)) {
      PeerSession session = server.attached();
      for (int round = 0; round < 20; round++) {
        CompletableFuture<End> ended = new CompletableFuture<>();
        Thread thread = start(virtual, () -> ended.complete(end(() -> ring.await(2, 0))));
        if (round % 2 == 0) {
          waits(ring, way);
        }
        thread.interrupt();
        End end = ended.get(20, SECONDS);
        assertTrue(end.thrown instanceof InterruptedException, () -> end.toString());
        assertFalse(end.interrupted, "the status is cleared");
        thread.join();
      }
      complete(session);
      complete(session);
      assertEquals(2, ring.await(2, 0));
      assertEquals(7, TrafficTest.reap(ring));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void interruptedBeforeIsToldUnlessAnswersAreThere(WaitStrategy way, boolean virtual)
      throws Exception {
    try (PeerRing ring = attach(way)) {
      PeerSession session = server.attached();
      CompletableFuture<End> first = new CompletableFuture<>();
      CompletableFuture<End> second = new CompletableFuture<>();
      Runnable work =
          () -> {
            Thread.currentThread().interrupt();
            first.complete(end(() -> ring.await(1, 0)));
            complete(session);
            Thread.currentThread().interrupt();
            second.complete(end(() -> ring.await(1, 0)));
          };
      start(virtual, work).join();
      assertTrue(
          first.join().thrown instanceof InterruptedException, () -> first.join().toString());
      assertFalse(first.join().interrupted);
      assertEquals(new End(1, null, true), second.join());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void uninterruptibleWaitGoesOnAndKeepsTheStatus(WaitStrategy way, boolean virtual)
      throws Exception {
    try (PeerRing ring = attach(way)) {
      PeerSession session = server.attached();
      CompletableFuture<End> ended = new CompletableFuture<>();
      Thread thread = start(virtual, () -> ended.complete(end(() -> ring.awaitUninterruptibly(1))));
      for (int i = 0; i < 3; i++) {
        waits(ring, way);
        thread.interrupt();
      }
      assertFalse(ended.isDone());
      complete(session);
      assertEquals(new End(1, null, true), ended.get(20, SECONDS));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void serverIsInterruptedToo(WaitStrategy way, boolean virtual) throws Exception {
    PeerSession session;
    try (PeerRing ring = attach(WaitStrategy.PARK)) {
      assertFalse(ring.gone());
      session = server.attached();
      CompletableFuture<End> ended = new CompletableFuture<>();
      Thread thread = start(virtual, () -> ended.complete(end(() -> session.await(1, 0, way))));
      thread.interrupt();
      assertTrue(ended.get(20, SECONDS).thrown instanceof InterruptedException);
    }
    server.ended(session);
    assertThrows(PeerGoneException.class, () -> session.await(1, 0, way));
  }
}
