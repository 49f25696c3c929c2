// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors and mappings are counted before and after. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class LeakTest {
  @TempDir Path directory;

  /** One attach loads all classes, and starts the process's hang-up watcher. */
  private static void warmUp(Path path) throws Exception {
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, false)) {
      attachAndWork(path, 0);
      Proc.await(() -> "session remains", () -> echo.sessions() == 0);
    }
  }

  private static void attachAndWork(Path path, int round) throws Exception {
    try (PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      Region region = ring.share(1 + round % 20_000);
      TrafficTest.nop(ring, region.id());
      ring.submit();
      assertEquals(1, ring.await(1, 0));
      assertEquals(region.id(), TrafficTest.reap(ring));
      ring.cq().release();
    }
  }

  @Test
  void thousandClientsLeaveNothing() throws Exception {
    Path path = directory.resolve("s");
    warmUp(path);
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, false)) {
      Proc.Held before = Proc.Held.now();
      for (int round = 0; round < 1_000; round++) {
        attachAndWork(path, round);
      }
      Proc.await(() -> "sessions remain", () -> echo.sessions() == 0);
      before.assertHeldAgain();
    }
  }

  @Test
  void serversLeaveNothing() throws Exception {
    Path path = directory.resolve("s");
    warmUp(path);
    Proc.Held before = Proc.Held.now();
    for (int round = 0; round < 50; round++) {
      TestServer server = new TestServer(path, ServerOptions.DEFAULT);
      PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT);
      PeerRing other = PeerRing.attach(path, PeerOptions.DEFAULT);
      if (round % 2 == 0) {
        ring.close();
        server.close();
      } else {
        server.close();
        ring.close();
      }
      other.close();
    }
    before.assertHeldAgain();
  }

  @Test
  void attachedRingHoldsOneSocketAndTwoMappings() throws Exception {
    Path path = directory.resolve("s");
    warmUp(path);
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT)) {
      Proc.Held before = Proc.Held.now();
      try (PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
        assertEquals(ring.credit(), server.attached().credit());
        Proc.Held attached = Proc.Held.now();
        assertEquals(before.mappings() + 4, attached.mappings(), "two a side");
        before.descriptors().merge("socket", 2, Integer::sum);
        // The hang-up watcher's, while there is a ring to watch.
        before.descriptors().merge("anon_inode:[eventpoll]", 1, Integer::sum);
        before.descriptors().merge("anon_inode:[eventfd]", 1, Integer::sum);
        assertEquals(before.descriptors(), attached.descriptors());
        ring.share(1);
        assertEquals(attached.mappings() + 2, Proc.mappings(), "one a side");
        assertEquals(attached.descriptors(), Proc.descriptors());
      }
    }
  }
}
