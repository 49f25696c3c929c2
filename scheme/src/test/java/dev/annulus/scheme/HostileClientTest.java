// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Futex;
import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerRing;
import dev.annulus.peer.Region;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that writes what it should not: answered entry by entry, or ended alone. */
@Timeout(value = 60, unit = SECONDS)
class HostileClientTest {
  @TempDir Path temporary;
  private Path socket;
  private Host host;

  @BeforeEach
  void start() throws IOException {
    socket = temporary.resolve("host.sock");
    Files.writeString(temporary.resolve("f"), "content");
    host =
        Host.start(
            HostOptions.at(socket).withSpinNanos(0),
            List.of(FileScheme.below(temporary, true), NullScheme.factory()));
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private int answer(PeerRing ring) throws IOException {
    ring.submit();
    ring.awaitUninterruptibly(1);
    int result = CqEntry.res(ring.cq().slots(), ring.cq().next());
    ring.cq().release();
    return result;
  }

  private int open(PeerRing ring, Region region, String url) throws IOException {
    region
        .memory()
        .asSlice(0, url.length())
        .copyFrom(java.lang.foreign.MemorySegment.ofArray(url.getBytes()));
    long at = ring.sq().claim();
    SqEntry.fill(ring.sq().slots(), at, Opcode.OPEN_URL, -1, 0, 0, url.length(), 1);
    SqEntry.bufIndex(ring.sq().slots(), at, region.id());
    return answer(ring);
  }

  @Test
  void buffersOutsideTheRegionsAreRefused() throws IOException {
    try (PeerRing ring = PeerRing.attach(socket, PeerOptions.DEFAULT)) {
      Region region = ring.share(4096);
      int file = open(ring, region, "file:/f");
      assertTrue(file >= 0);
      long[][] bad = {
        {0, 4097}, {4096, 1}, {-1, 1}, {Long.MAX_VALUE, 1}, {Long.MIN_VALUE, 4}, {1, 4096}
      };
      for (long[] buffer : bad) {
        long at = ring.sq().claim();
        SqEntry.fill(ring.sq().slots(), at, Opcode.READ, file, 0, buffer[0], (int) buffer[1], 2);
        SqEntry.bufIndex(ring.sq().slots(), at, region.id());
        assertEquals(-Errno.EFAULT, answer(ring), buffer[0] + " " + buffer[1]);
      }
      long at = ring.sq().claim();
      SqEntry.fill(ring.sq().slots(), at, Opcode.READ, file, 0, 0, 1, 3);
      SqEntry.bufIndex(ring.sq().slots(), at, 65535);
      assertEquals(-Errno.EFAULT, answer(ring), "a region that is not there");
    }
  }

  @Test
  void randomEntriesAreAnsweredOneByOne() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (PeerRing ring = PeerRing.attach(socket, PeerOptions.DEFAULT)) {
      Region region = ring.share(4096);
      int file = open(ring, region, "null:");
      for (int i = 0; i < 20_000; i++) {
        long at = ring.sq().claim();
        for (int word = 0; word < SqEntry.SIZE; word += 8) {
          ring.sq().slots().set(ValueLayout.JAVA_LONG, at + word, random.nextLong());
        }
        if (random.nextInt(4) > 0) {
          SqEntry.flags(ring.sq().slots(), at, 0);
          SqEntry.fd(ring.sq().slots(), at, random.nextInt(3) - 1 + file);
        }
        if (SqEntry.opcode(ring.sq().slots(), at) == Opcode.CLOSE) {
          SqEntry.opcode(ring.sq().slots(), at, Opcode.NOP);
        }
        int result = answer(ring);
        assertTrue(result <= 0 || result <= 4096, "seed " + seed + " round " + i + ": " + result);
      }
      assertOthersAreServed();
    }
  }

  private void assertOthersAreServed() throws IOException {
    try (Client other = Client.connect(socket, PeerOptions.DEFAULT)) {
      other.close(other.open("file:/f", Client.O_RDONLY, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void moreThanTheCreditEndsTheSession(int credit) throws IOException {
    try (PeerRing ring = PeerRing.attach(socket, PeerOptions.DEFAULT.withCredit(credit))) {
      assertEquals(credit, ring.credit());
      // Nothing is reaped, so the completion queue is full after twice as many entries as it has.
      for (int i = 0; i < 2 * ring.cq().entries() && !ring.gone(); ) {
        long at = ring.sq().claim();
        if (at >= 0) {
          SqEntry.fill(ring.sq().slots(), at, Opcode.NOP, -1, 0, 0, 0, i++);
          ring.submit();
        }
      }
      PeerGoneException gone = assertThrows(PeerGoneException.class, () -> takeWhatIsLeft(ring));
      assertTrue(gone.getMessage().contains("credit"), gone.getMessage());
      assertOthersAreServed();
    }
  }

  private static void takeWhatIsLeft(PeerRing ring) throws PeerGoneException, InterruptedException {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (System.nanoTime() - deadline < 0) {
      for (int left = ring.gone() ? ring.cq().refresh() : 0; left > 0; left--) {
        ring.cq().next();
      }
      // Waits for more than can come: only the end of the session lets go early.
      ring.await(ring.cq().entries(), 100_000_000);
    }
  }

  @Test
  void aSlotThatIsNotThereEndsTheSession() throws IOException {
    PeerOptions options = PeerOptions.DEFAULT.withSqArray(true);
    try (PeerRing ring = PeerRing.attach(socket, options)) {
      long place = ring.sq().tail() & ring.sq().entries() - 1;
      long array = 4096 + (long) ring.sq().entries() * SqEntry.SIZE + 4 * place;
      SqEntry.fill(ring.sq().slots(), ring.sq().claim(), Opcode.NOP, -1, 0, 0, 0, 1);
      ring.sq().slots().set(ValueLayout.JAVA_INT, array, ring.sq().entries());
      ring.submit();
      PeerGoneException gone =
          assertThrows(PeerGoneException.class, () -> ring.await(1, 5_000_000_000L));
      assertTrue(gone.getMessage().contains("sq_array"), gone.getMessage());
      assertOthersAreServed();
    }
  }

  @Test
  void anImpossibleTailEndsTheSession() throws IOException {
    try (PeerRing ring = PeerRing.attach(socket, PeerOptions.DEFAULT)) {
      ring.sq().slots().set(ValueLayout.JAVA_LONG, 0, 1L << 40);
      Futex.wake(ring.sq().slots().address(), 1); // in case the host sleeps already
      PeerGoneException gone =
          assertThrows(PeerGoneException.class, () -> ring.await(1, 5_000_000_000L));
      assertTrue(gone.getMessage().contains("tail"), gone.getMessage());
      assertOthersAreServed();
    }
  }
}
