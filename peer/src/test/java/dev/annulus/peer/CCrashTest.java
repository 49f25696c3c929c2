// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** As {@link CrashTest}, for the C ends: a process for each of their stores, see crash.c. */
@Timeout(value = 120, unit = SECONDS, threadMode = SEPARATE_THREAD)
class CCrashTest {
  @RegisterExtension static final CPrograms C = new CPrograms();

  /** Tail, head and event index are in the same places of both ends' files; slots follow. */
  private static final Set<Integer> WORDS = Set.of(0, 128, 256);

  private static final int SLOTS = 4096;

  @TempDir Path directory;

  private final Deaths deaths = new Deaths();

  /** Where a child was killed, and what of it the other side must see. */
  private record Stop(int offset, int published, int next) {
    static Stop read(CPrograms.CProcess program) throws Exception {
      String[] said = program.line().split(" ");
      return new Stop(
          Integer.parseInt(said[0]), Integer.parseInt(said[1]), Integer.parseInt(said[2]));
    }

    boolean ended() {
      return offset < 0;
    }

    /** Offset 0 is the tail: behind that store all is seen, before it nothing. */
    int seen() {
      return offset == 0 ? next : published;
    }
  }

  @FunctionalInterface
  private interface Session {
    /** Answers what a session's other side saw, once it is checked with where the child stopped. */
    Stop run(int store) throws Exception;
  }

  private void crashAtEachStore(String role, Session session) throws Exception {
    Set<Integer> places = new TreeSet<>();
    session.run(1);
    Proc.Held before = Proc.Held.now(); // everything is loaded
    int stores = 0;
    for (Stop stop = session.run(1); !stop.ended(); stop = session.run(stores + 1)) {
      stores++;
      places.add(stop.offset);
    }
    before.assertHeldAgain();
    assertTrue(places.containsAll(WORDS), places::toString);
    assertTrue(places.stream().anyMatch(offset -> offset >= SLOTS), places::toString);
    System.out.printf("crash points, C %s: %d stores, %s%n", role, stores, deaths);
    deaths.assertInTime();
  }

  @Test
  void whatTheClientPublishedIsSeenOnce() throws Exception {
    crashAtEachStore("client", this::client);
  }

  @Test
  void whatTheServerCompletedIsSeenOnce() throws Exception {
    crashAtEachStore("server", this::server);
  }

  private Stop client(int store) throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        var program = C.start("crash", path, "client", store)) {
      PeerSession session = server.attached();
      Stop stop = check(program, store, new FutureTask<>(() -> serve(session)));
      assertEquals(session, server.gone());
      return stop;
    }
  }

  private int serve(PeerSession session) throws Exception {
    int seen = Survivor.serve(session);
    deaths.told();
    return seen;
  }

  private Stop server(int store) throws Exception {
    Path path = directory.resolve("s");
    try (var program = C.start("crash", path, "server", store)) {
      program.says("listening");
      return check(program, store, new FutureTask<>(() -> CrashTest.client(path, 0, deaths)));
    }
  }

  private Stop check(CPrograms.CProcess program, int store, FutureTask<Integer> survivor)
      throws Exception {
    Thread.ofPlatform().daemon().start(survivor);
    Stop stop = Stop.read(program);
    deaths.kill(program::close);
    int expected = stop.ended() ? Crasher.ALL : stop.seen();
    assertEquals(expected, survivor.get(20, SECONDS), () -> "store " + store + ": " + stop);
    return stop;
  }
}
