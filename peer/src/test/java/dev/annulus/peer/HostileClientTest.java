// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Memory;
import dev.annulus.ring.Errno;
import dev.annulus.ring.RingViolationException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client can do with the two files that it was given: write its own words, and no more. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class HostileClientTest {
  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  private static int errno(int fd, long size, int prot, Arena arena) {
    return switch (Memory.map(fd, 0, size, prot, Memory.MAP_SHARED, arena)) {
      case Memory.Mapping.Mapped mapped -> 0;
      case Memory.Mapping.Failed failed -> failed.errno();
    };
  }

  @Test
  void serversFileCannotBeWrittenAndNeitherResized() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        RawSocket client = RawSocket.connect(path);
        Arena arena = Arena.ofConfined()) {
      client.hello();
      assertNotNull(server.attached());
      int own = client.messages.fd(0);
      int others = client.messages.fd(1);
      int both = Memory.PROT_READ | Memory.PROT_WRITE;
      assertEquals(0, errno(own, 4096, both, arena));
      assertEquals(0, errno(others, 4096, Memory.PROT_READ, arena));
      assertEquals(Errno.EPERM, errno(others, 4096, both, arena));
      for (int file : new int[] {own, others}) {
        assertEquals(-Errno.EPERM, Memory.seal(file, Memory.F_SEAL_FUTURE_WRITE), "more seals");
        Path link = Path.of("/proc/self/fd/" + file);
        try (FileChannel channel = FileChannel.open(link, StandardOpenOption.WRITE)) {
          assertThrows(IOException.class, () -> channel.truncate(0));
        }
      }
      client.messages.closeDescriptors();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 0",
    "9, 0",
    "4294967296, 0",
    "9223372036854775807, 0",
    "-9223372036854775808, 0",
    "-6, -5",
    "4, -5",
    "0, 9223372036854775803",
    "9223372036854775802, 9223372036854775803",
    "-9223372036854775804, 9223372036854775803"
  })
  void wrongIndexIsNamedAndOtherSessionsGoOn(long index, long start) throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withStartIndex(start));
        RawSocket client = RawSocket.connect(path);
        Arena arena = Arena.ofConfined()) {
      client.hello();
      PeerSession session = server.attached();
      MemorySegment words =
          SharedMemory.map(client.messages.fd(0), PeerLayout.clientSize(8), true, arena);
      client.messages.closeDescriptors();
      words.set(ValueLayout.JAVA_LONG, PeerLayout.SQ_TAIL, index);
      words.set(ValueLayout.JAVA_LONG, PeerLayout.CQ_HEAD, index);
      RingViolationException tail =
          assertThrows(RingViolationException.class, session.sq()::available);
      assertEquals("tail", tail.word());
      RingViolationException head =
          assertThrows(RingViolationException.class, session.cq()::refreshFree);
      assertEquals("head", head.word());
      server.server.end(session, Errno.EPROTO, tail.getMessage());
      assertEquals(session, server.gone());
      client.await();
      assertEquals(AttachMessage.GOODBYE, AttachMessage.type(client.body(), AttachMessage.SIZE));
      assertEquals(Errno.EPROTO, AttachMessage.status(client.body()));
      PeerRing.attach(path, PeerOptions.DEFAULT).close();
    }
  }

  @Test
  void handlerThatThrowsCostsOneClient() throws Exception {
    List<Throwable> faults = new ArrayList<>();
    Thread.UncaughtExceptionHandler usual = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> faults.add(fault));
    List<Integer> gone = new ArrayList<>();
    PeerServer.Handler handler =
        new PeerServer.Handler() {
          @Override
          public void attached(PeerSession session) {
            if (session.id() == 0) {
              throw new IllegalStateException("not the first one");
            }
          }

          @Override
          public void gone(PeerSession session) {
            gone.add(session.id());
            session.free();
          }
        };
    try (PeerServer server = PeerServer.listen(path, ServerOptions.DEFAULT, handler)) {
      assertNotNull(server);
      try (PeerRing first = PeerRing.attach(path, PeerOptions.DEFAULT);
          PeerRing second = PeerRing.attach(path, PeerOptions.DEFAULT)) {
        assertThrows(PeerGoneException.class, () -> first.await(1, 0));
        assertEquals(0, second.share(1).id());
      }
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(usual);
    }
    assertEquals(List.of(0, 1), gone);
    assertEquals(1, faults.size());
    assertInstanceOf(IllegalStateException.class, faults.getFirst());
  }

  @Test
  void optionsAreChecked() {
    ServerOptions good = ServerOptions.DEFAULT;
    assertThrows(IllegalArgumentException.class, () -> good.withMaxSessions(0));
    assertThrows(IllegalArgumentException.class, () -> good.withRegions(0, 1));
    assertThrows(IllegalArgumentException.class, () -> good.withRegions(65537, 1));
    assertThrows(IllegalArgumentException.class, () -> good.withRegions(1, 0));
    assertThrows(NullPointerException.class, () -> good.withAllow(null));
    assertThrows(IllegalArgumentException.class, () -> PeerOptions.DEFAULT.withCredit(0));
    assertThrows(IllegalArgumentException.class, () -> PeerOptions.DEFAULT.withCredit(32769));
    assertThrows(NullPointerException.class, () -> PeerOptions.DEFAULT.withWaiting(null));
  }
}
