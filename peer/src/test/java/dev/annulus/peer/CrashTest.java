// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process killed right behind each of the stores that it makes while it publishes, takes,
 * releases and goes to sleep; one session for each store, see {@link Crasher}.
 */
@Timeout(value = 120, unit = SECONDS, threadMode = SEPARATE_THREAD)
class CrashTest {
  @TempDir static Path patched;
  @TempDir Path directory;

  @BeforeAll
  static void instrument() throws Exception {
    Instrumented.into(patched);
  }

  private Child crasher(String role) throws Exception {
    String path = directory.resolve("s").toString();
    return Child.startPatched(Crasher.class, "dev.annulus.ring", patched, role, path);
  }

  /** Where a session stopped, and what of it the other side must see. */
  private record Stop(int number, String place, int published, int next) {
    static Stop read(Child child) throws Exception {
      child.tell("next");
      String[] said = child.line().split(" ");
      return new Stop(
          Integer.parseInt(said[0]), said[1], Integer.parseInt(said[2]), Integer.parseInt(said[3]));
    }

    /** Publishing is one store: behind it all is seen, before it nothing. */
    int seen() {
      return place.equals("Producer.publish") ? next : published;
    }
  }

  private static void covers(List<Stop> stops, String... places) {
    for (String place : places) {
      assertTrue(stops.stream().anyMatch(stop -> stop.place.equals(place)), place);
    }
    for (int number = 0; number < stops.size(); number++) {
      assertEquals(number + 1, stops.get(number).number);
    }
  }

  private static void report(String what, List<Stop> stops, Deaths deaths) {
    System.out.printf("crash points, %s: %d stores, %s%n", what, stops.size() - 1, deaths);
    deaths.assertInTime();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "array"})
  void whatTheClientPublishedIsSeenOnce(String role) throws Exception {
    Proc.Held before = held();
    Deaths deaths = new Deaths();
    try (Clients clients = new Clients(directory.resolve("s"), deaths);
        Child child = crasher(role)) {
      List<Stop> stops = new ArrayList<>();
      do {
        stops.add(Stop.read(child));
      } while (!stops.getLast().place.equals(Crasher.END));
      covers(stops, "SqEntry.fill", "Producer.publish", "Consumer.arm", "Consumer.release");
      if (role.equals("array")) {
        covers(stops, "Producer.name");
      }
      assertEquals(Crasher.ALL, stops.getLast().seen());
      deaths.kill(child);
      for (Stop stop : stops) {
        assertEquals(stop.seen(), clients.seen(stop.number - 1), stop::toString);
      }
      report(role, stops, deaths);
    }
    before.assertHeldAgain();
  }

  @Test
  void whatTheServerCompletedIsSeenOnce() throws Exception {
    Proc.Held before = held();
    Deaths deaths = new Deaths();
    try (Child child = crasher("server")) {
      child.says("listening");
      List<Stop> stops = new ArrayList<>();
      List<FutureTask<Integer>> clients = new ArrayList<>();
      do {
        clients.add(
            new FutureTask<>(() -> client(directory.resolve("s"), Crasher.WARM_UP, deaths)));
        Thread.ofPlatform().daemon().start(clients.getLast());
        stops.add(Stop.read(child));
      } while (!stops.getLast().place.equals(Crasher.END));
      covers(stops, "CqEntry.fill", "Producer.publish", "Consumer.arm", "Consumer.release");
      deaths.kill(child);
      for (Stop stop : stops) {
        assertEquals(stop.seen(), clients.get(stop.number - 1).get(), stop::toString);
      }
      report("server", stops, deaths);
    }
    before.assertHeldAgain();
  }

  /** What is held once everything was loaded. */
  private Proc.Held held() throws Exception {
    Path path = directory.resolve("warm");
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, false);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      TrafficTest.nop(ring, 1);
      ring.submit();
      ring.await(1, 0);
      assertEquals(1, echo.sessions());
    }
    return Proc.Held.now();
  }

  /**
   * Submits all, after so many others; answers how many completions came before the server died.
   */
  static int client(Path path, int warmUp, Deaths deaths) throws Exception {
    Survivor.Reaped reaped = new Survivor.Reaped();
    try (PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      Crasher.warmUp(ring, warmUp);
      long first = ring.sq().tail();
      for (int batch : Crasher.BATCHES) {
        for (int i = 0; i < batch; i++) {
          long entry = ring.sq().tail() - first;
          SqEntry.fill(ring.sq().slots(), ring.sq().claim(), Opcode.NOP, -1, 0, 0, 0, entry);
        }
        ring.submit();
      }
      PeerGoneException gone =
          assertThrows(
              PeerGoneException.class,
              () -> {
                while (true) {
                  ring.awaitUninterruptibly(1);
                  ring.reap(reaped, 1);
                }
              });
      deaths.told();
      assertTrue(gone.getMessage().contains("killed or crashed"), gone::getMessage);
    }
    return reaped.count();
  }

  /** Serves crashing clients, a thread each, and counts what each submitted. */
  private static final class Clients implements PeerServer.Handler, AutoCloseable {
    private final Deaths deaths;
    private final List<FutureTask<Integer>> seen = new ArrayList<>();
    private final PeerServer server;

    Clients(Path path, Deaths deaths) throws Exception {
      this.deaths = deaths;
      server = PeerServer.listen(path, ServerOptions.DEFAULT, this);
    }

    @Override
    public void attached(PeerSession session) {
      FutureTask<Integer> task = new FutureTask<>(() -> serve(session));
      synchronized (seen) {
        assertEquals(seen.size(), session.id());
        seen.add(task);
      }
      Thread.ofPlatform().daemon().start(task);
    }

    @Override
    public void gone(PeerSession session) {
      deaths.told();
    }

    int seen(int session) throws Exception {
      FutureTask<Integer> task;
      synchronized (seen) {
        task = seen.get(session);
      }
      return task.get(20, SECONDS);
    }

    private static int serve(PeerSession session) throws Exception {
      int seen = Survivor.serve(session);
      session.free();
      return seen;
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
