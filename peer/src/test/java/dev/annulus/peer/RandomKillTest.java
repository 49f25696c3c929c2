// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.SqEntry;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Processes killed at any time: what they published is seen once and whole, the survivor is told,
 * and nothing is left. {@code -Dannulus.kills=N} kills so many in place of 200.
 */
@Timeout(value = 3600, unit = SECONDS, threadMode = SEPARATE_THREAD)
class RandomKillTest {
  private static final int KILLS = Integer.getInteger("annulus.kills", 200);

  @RegisterExtension static final CPrograms C = new CPrograms();

  @TempDir Path directory;

  private Path path;
  private Path witnessFile;
  private SplittableRandom random;
  private long seed;
  private Deaths deaths;
  private Witness witness;
  private boolean firstOfAll;

  /** A process of either language. */
  private interface Victim extends AutoCloseable {
    String line() throws Exception;

    @Override
    void close();
  }

  private Victim start(String language, String role) throws Exception {
    int childSeed = random.nextInt();
    if (language.equals("C")) {
      var process = C.start("victim", path, role, childSeed & 0x7fff_ffff, witnessFile);
      return new Victim() {
        @Override
        public String line() throws Exception {
          return process.line();
        }

        @Override
        public void close() {
          process.close();
        }
      };
    }
    Child child =
        Child.startMain(
            Mortal.class, path.toString(), role, "" + childSeed, witnessFile.toString());
    return new Victim() {
      @Override
      public String line() throws Exception {
        return child.line();
      }

      @Override
      public void close() {
        child.close();
      }
    };
  }

  /** Of ten victims nine are of C, which start faster; half of each are clients. */
  @ParameterizedTest
  @CsvSource({"C, client, 45", "C, server, 45", "Java, client, 5", "Java, server, 5"})
  void whatIsPublishedIsSeenOnce(String language, String role, int percent) throws Exception {
    seed = Long.getLong("annulus.seed", System.nanoTime());
    random = new SplittableRandom(seed);
    path = directory.resolve("s");
    witnessFile = directory.resolve("witness");
    deaths = new Deaths();
    int kills = Math.max(KILLS * percent / 100, 1);
    long entries = 0;
    Proc.Held before = null;
    try (Witness opened = new Witness(witnessFile)) {
      witness = opened;
      for (int i = 0; i < kills; i++) {
        witness.reset();
        firstOfAll = i == 0;
        int seen = role.equals("client") ? killClient(language) : killServer(language);
        assertTrue(
            witness.published() <= seen && seen <= witness.next(),
            () -> seen + " of " + witness.published() + " to " + witness.next() + ", seed " + seed);
        entries += seen;
        if (i == 0) {
          before = Proc.Held.now(); // everything is loaded
        }
      }
      before.assertHeldAgain();
    }
    System.out.printf(
        "kills of a %s %s: %d, %d entries, %s; -Dannulus.seed=%d%n",
        language, role, kills, entries, deaths, seed);
    deaths.assertInTime();
    assertTrue(entries > 0, "all were killed before they did anything");
  }

  /** Any time from now on; most are in the middle of the traffic, the first surely. */
  private Thread killSoon(String language, Victim victim) {
    long first = language.equals("C") ? 8_000_000 : 100_000_000; // a JVM starts slowly
    long delay = random.nextLong(random.nextInt(4) == 0 ? first / 40 : first);
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (firstOfAll && witness.published() == 0) {
            LockSupport.parkNanos(1_000_000);
          }
          LockSupport.parkNanos(delay);
          deaths.kill(victim::close);
        });
  }

  private int killClient(String language) throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        Victim victim = start(language, "client")) {
      PeerSession session = server.attached();
      Thread killer = killSoon(language, victim);
      int seen = Survivor.serve(session);
      deaths.told();
      assertEquals(session, server.gone());
      killer.join();
      return seen;
    }
  }

  private int killServer(String language) throws Exception {
    Survivor.Reaped reaped = new Survivor.Reaped();
    try (Victim victim = start(language, "server")) {
      assertEquals("listening", victim.line());
      try (PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withCredit(16))) {
        Thread killer = killSoon(language, victim);
        PeerGoneException gone = assertThrows(PeerGoneException.class, () -> traffic(ring, reaped));
        deaths.told();
        assertTrue(gone.getMessage().contains("killed or crashed"), gone::getMessage);
        killer.join();
      }
    }
    return reaped.count();
  }

  private void traffic(PeerRing ring, Survivor.Reaped reaped) throws Exception {
    int submitted = 0;
    while (true) {
      int most = random.nextInt(ring.credit() - (submitted - reaped.count()) + 1);
      for (int i = 0; i < most; i++, submitted++) {
        long at = ring.sq().claim();
        SqEntry.fill(
            ring.sq().slots(), at, Echo.TELL, -1, Crasher.result(submitted), 0, 0, submitted);
      }
      ring.submit();
      if (submitted > reaped.count()) {
        ring.await(1 + random.nextInt(submitted - reaped.count()), 0);
        ring.reap(reaped, Integer.MAX_VALUE);
      }
    }
  }
}
