// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.CqWriter;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class AttachTest {
  private static final PeerOptions IMPATIENT = new PeerOptions(8, WaitStrategy.PARK, 0, 300);

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  private void refused(int errno, String remedy, Path where) {
    refused(errno, remedy, where, PeerOptions.DEFAULT);
  }

  private void refused(int errno, String remedy, Path where, PeerOptions options) {
    Proc.Held before = Proc.Held.now();
    ErrnoException refusal =
        assertThrows(ErrnoException.class, () -> PeerRing.attach(where, options));
    assertEquals(errno, refusal.errno(), refusal::getMessage);
    assertTrue(refusal.getMessage().contains(remedy), refusal::getMessage);
    assertTrue(refusal.getMessage().contains(where.toString()), refusal::getMessage);
    before.assertHeldAgain();
  }

  private void cannotListen(int errno, String remedy, Path where) {
    Proc.Held before = Proc.Held.now();
    ErrnoException refusal =
        assertThrows(
            ErrnoException.class, () -> new TestServer(where, ServerOptions.DEFAULT).close());
    assertEquals(errno, refusal.errno(), refusal::getMessage);
    assertTrue(refusal.getMessage().contains(remedy), refusal::getMessage);
    assertTrue(refusal.getMessage().contains(where.toString()), refusal::getMessage);
    before.assertHeldAgain();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "5, 8", "64, 64", "100, 128", "4096, 4096", "32768, 4096"})
  void creditIsGrantedUpToTheServersLimit(int wanted, int entries) throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withCredit(wanted))) {
      PeerSession session = server.attached();
      int granted = Math.min(wanted, ServerOptions.DEFAULT.maxCredit());
      assertEquals(granted, ring.credit());
      assertEquals(granted, session.credit());
      assertEquals(entries, ring.sq().entries());
      assertEquals(entries, session.sq().entries());
      assertTrue(ring.cq().entries() > 2 * granted, "no room for extended completions");
      assertEquals(CqWriter.entriesFor(granted), session.cq().entries());
      assertEquals(CqWriter.entriesFor(granted), ring.cq().entries());
    }
  }

  @Test
  void serverKnowsItsCallersFromTheKernel() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing first = PeerRing.attach(path, PeerOptions.DEFAULT);
        PeerRing second = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      PeerSession session = server.attached();
      assertEquals(ProcessHandle.current().pid(), session.caller().pid());
      assertEquals(Files.getAttribute(directory, "unix:uid"), session.caller().uid());
      assertEquals(Files.getAttribute(directory, "unix:gid"), session.caller().gid());
      assertNotEquals(session.id(), server.attached().id());
      assertFalse(first.gone() || second.gone());
    }
  }

  @Test
  void nobodyListens() {
    refused(Errno.ENOENT, "annulus serve --socket", path);
  }

  @Test
  void fileIsNoSocket() throws IOException {
    Files.createFile(path);
    refused(Errno.ECONNREFUSED, "annulus serve --socket", path);
    cannotListen(Errno.EADDRINUSE, "no socket", path);
    assertTrue(Files.exists(path), "a file of somebody else's was removed");
  }

  @Test
  void otherKindOfServer() throws IOException {
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(path));
      refused(Errno.EPROTOTYPE, "another kind of server", path);
      cannotListen(Errno.EADDRINUSE, "another", path);
    }
  }

  @Test
  void pathTooLong() {
    Path deep = directory.resolve("x".repeat(108 - directory.toString().length() - 1));
    assertEquals(108, deep.toString().length());
    refused(Errno.ENAMETOOLONG, "at most 107 bytes", deep);
    cannotListen(Errno.ENAMETOOLONG, "at most 107 bytes", deep);
  }

  @Test
  void longestPathWorks() throws Exception {
    Path longest = directory.resolve("x".repeat(107 - directory.toString().length() - 1));
    try (TestServer server = new TestServer(longest, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(longest, PeerOptions.DEFAULT)) {
      assertEquals(ring.credit(), server.attached().credit());
    }
    assertFalse(Files.exists(longest));
  }

  @Test
  void directoryIsMissing() {
    cannotListen(Errno.ENOENT, "make it first", directory.resolve("no/s"));
  }

  @Test
  void staleSocketIsReplaced() throws Exception {
    // A server that was killed leaves its path behind, as does a listener that is only closed.
    RawSocket.listen(path, 1).close();
    assertTrue(Files.exists(path));
    refused(Errno.ECONNREFUSED, "annulus serve --socket", path);
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      assertEquals(ring.credit(), server.attached().credit());
    }
    assertFalse(Files.exists(path));
  }

  @Test
  void secondServerAtTheSamePathIsRefusedAndHarmsNothing() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT)) {
      cannotListen(Errno.EADDRINUSE, "another host runs there", path);
      try (PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
        assertEquals(ring.credit(), server.attached().credit());
      }
      server.gone();
      assertTrue(server.quiet(), "the probe of the second server attached");
    }
  }

  @Test
  void serverThatDoesNotAnswerIsNotWaitedForLongerThanAsked() throws Exception {
    try (RawSocket silent = RawSocket.listen(path, 0)) {
      assertTrue(silent.fd >= 0);
      refused(Errno.ETIMEDOUT, "does not answer", path, IMPATIENT);
      // Its backlog is full now or soon: connecting itself would block.
      refused(Errno.ETIMEDOUT, "does not answer", path, IMPATIENT);
      refused(Errno.ETIMEDOUT, "does not answer", path, IMPATIENT);
    }
  }

  @Test
  void callersThatTheRuleRefusesAreTold() throws Exception {
    ServerOptions nobody = ServerOptions.DEFAULT.withAllow(caller -> caller.pid() == 0);
    try (TestServer server = new TestServer(path, nobody)) {
      refused(Errno.EACCES, "does not serve your user", path);
      assertTrue(server.quiet());
    }
  }

  @Test
  void sessionsAreCounted() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withMaxSessions(2))) {
      PeerRing first = PeerRing.attach(path, PeerOptions.DEFAULT);
      PeerRing second = PeerRing.attach(path, PeerOptions.DEFAULT);
      server.attached();
      server.attached();
      refused(Errno.EUSERS, "serves 2 clients already", path);
      first.close();
      server.gone();
      PeerRing third = PeerRing.attach(path, PeerOptions.DEFAULT);
      second.close();
      third.close();
      server.gone();
      server.gone();
    }
  }

  @Test
  void closingTwiceAndEndingAfterwardsDoNothing() throws Exception {
    TestServer server = new TestServer(path, ServerOptions.DEFAULT);
    PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT);
    PeerSession session = server.attached();
    server.server.close();
    assertFalse(Files.exists(path));
    ring.close();
    ring.close();
    try (TestServer other = new TestServer(path, ServerOptions.DEFAULT)) {
      // The closed server's descriptor numbers are the other's now.
      server.server.end(session, Errno.EIO, "too late");
      server.server.close();
      assertTrue(Files.exists(path), "the path is the other server's");
      try (PeerRing again = PeerRing.attach(path, PeerOptions.DEFAULT)) {
        assertEquals(again.credit(), other.attached().credit());
      }
    }
    server.close();
  }

  @Test
  void interruptedCloseStillCloses() throws Exception {
    Proc.Held before = Proc.Held.now();
    TestServer server = new TestServer(path, ServerOptions.DEFAULT);
    Thread.currentThread().interrupt();
    server.close();
    assertTrue(Thread.interrupted());
    before.assertHeldAgain();
    assertFalse(Files.exists(path));
  }
}
