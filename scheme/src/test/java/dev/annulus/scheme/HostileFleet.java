// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Futex;
import dev.annulus.ffi.Messages;
import dev.annulus.ffi.Sockets;
import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerRing;
import dev.annulus.peer.Region;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.RingViolationException;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Clients of a host that misbehave, one after the other, each in one of some ways. */
final class HostileFleet {
  private final SplittableRandom random;
  private final Path socket;

  HostileFleet(SplittableRandom random, Path socket) {
    this.random = random;
    this.socket = socket;
  }

  void sendOne() throws Exception {
    switch (random.nextInt(6)) {
      case 0 -> garbage();
      case 1 -> PeerRing.attach(socket, PeerOptions.DEFAULT).close();
      case 2 -> changesWhatIsRead();
      default -> liar();
    }
  }

  /** What is no message, with descriptors that nobody asked for; or nothing at all. */
  private void garbage() {
    int fd = Sockets.seqpacket(false);
    try (Arena arena = Arena.ofConfined()) {
      Messages messages = new Messages(arena, 600);
      int[] files = new int[random.nextInt(Messages.MAX_FDS + 1)];
      Arrays.fill(files, fd);
      if (Sockets.connect(fd, socket.toString()) == 0 && random.nextInt(4) > 0) {
        messages.send(fd, random.nextInt(600), files);
      }
    } finally {
      Files.close(fd);
    }
  }

  /** Any entry and any word of its own file, for some turns; then it waits for its end, or goes. */
  private void liar() throws Exception {
    PeerOptions options = PeerOptions.DEFAULT.withCredit(1 + random.nextInt(64));
    try (PeerRing ring = PeerRing.attach(socket, options)) {
      Region region = ring.share(Mutations.REGION_SIZE);
      for (int i = 0; i < 64; i++) {
        Mutations.urls(random, region.memory());
      }
      MemorySegment memory = ring.sq().slots();
      for (int turn = 0; turn < 50 && !ring.gone(); turn++) {
        int free = ring.sq().refreshFree();
        for (int i = random.nextInt(free + 1); i > 0; i--) {
          Mutations.entry(random, memory, ring.sq().claim(), 8);
        }
        ring.submit();
        int ready = ring.await(1, 1_000_000);
        for (int i = 0; i < ready; i++) {
          ring.cq().next();
        }
        ring.cq().release();
        if (random.nextInt(16) == 0) {
          memory.set(JAVA_LONG, 128L * random.nextInt(3), Mutations.edge(random));
          Futex.wake(memory.address(), 1);
        }
      }
    } catch (PeerGoneException | RingViolationException ended) {
      // As it must be, where it was found out; what it wrote over may confuse itself too.
    }
  }

  /** URLs and entries change while the host reads them. */
  private void changesWhatIsRead() throws Exception {
    byte[] good = "file:/f".getBytes();
    try (PeerRing ring = PeerRing.attach(socket, PeerOptions.DEFAULT.withCredit(1))) {
      MemorySegment region = ring.share(4096).memory();
      MemorySegment.copy(good, 0, region, JAVA_BYTE, 0, good.length);
      MemorySegment entries = ring.sq().slots();
      for (int i = 0; i < 100; i++) {
        long at = ring.sq().claim();
        SqEntry.fill(entries, at, Opcode.OPEN_URL, -1, 0, 0, good.length, i);
        ring.submit();
        for (int flip = 0; ring.cq().refresh() == 0 && !ring.gone(); flip++) {
          region.set(JAVA_BYTE, 5, (byte) ((flip & 1) == 0 ? 0 : '/'));
          entries.set(JAVA_LONG, at + SqEntry.ADDR, (flip & 2) == 0 ? 0 : 1L << 62);
          SqEntry.opFlags(entries, at, (flip & 4) == 0 ? 0 : -1);
        }
        ring.cq().next();
        ring.cq().release();
        entries.set(JAVA_LONG, at + SqEntry.ADDR, 0);
      }
    }
  }
}
