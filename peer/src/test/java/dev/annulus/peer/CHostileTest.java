// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Memory;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ends in C make of another end that does not keep to the protocol. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class CHostileTest {
  private static final int FIXED = Memory.F_SEAL_SHRINK | Memory.F_SEAL_GROW;

  @RegisterExtension static final CPrograms C = new CPrograms();

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  private static int memory(long size, int seals) {
    int file = Memory.memfd("annulus-hostile", size);
    assertEquals(0, Memory.seal(file, seals));
    return file;
  }

  private CPrograms.CProcess server() throws IOException {
    var server = C.start("server", path, 8, 0);
    server.says("listening");
    return server;
  }

  private static int status(RawSocket socket, int type) {
    long length = socket.receive();
    assertEquals(type, AttachMessage.type(socket.body(), length));
    return AttachMessage.status(socket.body());
  }

  @ParameterizedTest
  @CsvSource({"1, 63", "3, 64", "5, 64", "77, 64", "0, 64"})
  void firstMessageThatIsNoHello(int type, int length) throws Exception {
    try (var server = server();
        RawSocket client = RawSocket.connect(path)) {
      client.begin(type).send(length);
      assertEquals(Errno.EPROTO, status(client, AttachMessage.GOODBYE));
      assertEquals(0, client.receive());
      server.says("Protocol error");
      server.line();
      assertEquals(0, server.ended());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 64", "2, 64", "3, 63", "0, 64", "3, 8000"})
  void messageThatIsOutOfPlace(int type, int length) throws Exception {
    try (var server = server();
        RawSocket client = RawSocket.connect(path)) {
      client.hello();
      client.messages.closeDescriptors();
      client.begin(type).send(length);
      assertEquals(Errno.EPROTO, status(client, AttachMessage.GOODBYE));
      assertEquals(0, client.receive());
      server.line();
      server.says("Protocol error");
    }
  }

  @Test
  void regionsThatMayNotBeMapped() throws Exception {
    try (var server = server()) {
      try (RawSocket client = RawSocket.connect(path)) {
        client.hello();
        client.messages.closeDescriptors();
        assertEquals(Errno.EBADF, share(client, 4096));
        assertEquals(Errno.EBADF, share(client, 8, memory(8, FIXED), memory(8, FIXED)));
        assertEquals(Errno.EPERM, share(client, 4096, memory(4096, Memory.F_SEAL_GROW)));
        assertEquals(Errno.EINVAL, share(client, 4096, memory(8192, FIXED)));
        assertEquals(Errno.EINVAL, share(client, 0, memory(0, FIXED)));
        assertEquals(Errno.EDQUOT, share(client, -1, memory(4096, FIXED)));
        assertEquals(Errno.EINVAL, share(client, 5, Files.open("/dev/null", Files.O_RDONLY, 0)));
        assertEquals(0, share(client, 4096, memory(4096, FIXED)));
      }
      server.line();
      server.says("Broken pipe");
      server.says("served 0 woke 0 regions 1");
    }
  }

  /** Shares files and closes them here; answers the errno. */
  private static int share(RawSocket client, long size, int... files) {
    client.begin(AttachMessage.SHARE);
    AttachMessage.longAt(client.body(), AttachMessage.REGION_SIZE, size);
    client.send(AttachMessage.SIZE, files);
    for (int file : files) {
      Files.close(file);
    }
    return status(client, AttachMessage.SHARED);
  }

  @ParameterizedTest
  @CsvSource({
    "8, 0, 32",
    "8, 8, 16",
    "16, 16, 32",
    "8, 8, 0",
    "8, 9, 32",
    "8, 8, 24",
    "0, 8, 32",
    "-1, 8, 32",
    "9, 8, 32",
    "8, 8, 8",
    "8, 65536, 32",
    "8, 8, 262144",
    "8, -2147483648, 32",
    "2147483647, 2147483647, 2147483647"
  })
  void welcomeWithSizesThatCannotBeTrue(int credit, int sq, int cq) throws Exception {
    int client = memory(PeerLayout.clientSize(8), FIXED);
    int server = memory(PeerLayout.serverSize(32), FIXED);
    assertEquals("Protocol error: ", welcomed(credit, sq, cq, client, server));
  }

  @Test
  void welcomeWithFilesThatMayNotBeMapped() throws Exception {
    long own = PeerLayout.clientSize(8);
    long other = PeerLayout.serverSize(32);
    assertEquals("Protocol error: ", welcomed(8, 8, 32));
    assertEquals("Protocol error: ", welcomed(8, 8, 32, memory(own, FIXED)));
    assertEquals(
        "Protocol error: ",
        welcomed(8, 8, 32, memory(own, FIXED), memory(other, FIXED), memory(other, FIXED)));
    assertEquals(
        "Operation not permitted: ",
        welcomed(8, 8, 32, memory(own, FIXED), memory(other, Memory.F_SEAL_GROW)));
    assertEquals(
        "Invalid argument: ", welcomed(8, 8, 32, memory(own - 1, FIXED), memory(other, FIXED)));
    int device = Files.open("/dev/zero", Files.O_RDWR, 0);
    assertEquals("Invalid argument: ", welcomed(8, 8, 32, memory(own, FIXED), device));
    int rigid = FIXED | Memory.F_SEAL_FUTURE_WRITE;
    assertEquals(
        "Operation not permitted: ", welcomed(8, 8, 32, memory(own, rigid), memory(other, FIXED)));
  }

  /** What a client says that is answered so; closes the files. */
  private String welcomed(int credit, int sq, int cq, int... files) throws Exception {
    java.nio.file.Files.deleteIfExists(path);
    try (RawSocket listener = RawSocket.listen(path, 1);
        var client = C.start("client", path, "sleep");
        RawSocket accepted = accept(listener)) {
      assertEquals(AttachMessage.SIZE, accepted.await());
      accepted.begin(AttachMessage.WELCOME).set(AttachMessage.CREDIT, credit);
      accepted.set(AttachMessage.SQ_ENTRIES, sq).set(AttachMessage.CQ_ENTRIES, cq);
      accepted.send(AttachMessage.SIZE, files);
      String said = client.line();
      assertEquals(2, client.ended());
      return said;
    } finally {
      for (int file : files) {
        Files.close(file);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"8", "4294967295"})
  void slotThatIsNotThereEndsTheSession(String slot) throws Exception {
    try (var server = server();
        var client = C.start("client", path, "lose", 8, slot)) {
      client.says("Broken pipe: more than the credit, or a wrong index");
      server.line();
      server.says("Protocol error");
    }
  }

  /** What a client makes of completions that a server posts as they are. */
  @ParameterizedTest
  @CsvSource({
    "0, 32768 0 0, 2", // extended, then a plain one
    "0, 0 32768, Protocol error", // half of one
    "30, 0 32768 0, Protocol error", // begins in the last slot
    "31, 32 0, 1", // a filler in its place
    "30, 32, Protocol error", // and elsewhere
    "31, 34, Protocol error", // and with another flag
    "0, 32 32 32 32 32 32 32 32, Protocol error",
    "0, 0 0 0 0 0, Protocol error" // one of nothing
  })
  void completionsThatCannotBeTrue(long start, String flags, String said) throws Exception {
    ServerOptions options = ServerOptions.DEFAULT.withStartIndex(start);
    try (TestServer server = new TestServer(path, options);
        var client = C.start("client", path, "reap", 8, 4)) {
      PeerSession session = server.attached();
      client.says("submitted");
      assertEquals(32, session.cq().entries());
      for (String flag : flags.split(" ")) {
        long at = session.cq().claim();
        CqEntry.fill(session.cq().slots(), at, 1, 0, Integer.parseInt(flag));
      }
      session.complete();
      client.says(said);
      client.endInput();
      assertEquals(0, client.ended());
    }
  }

  /** What a terminal would obey is not handed on to one. */
  @Test
  void refusalWithControls() throws Exception {
    try (RawSocket listener = RawSocket.listen(path, 1);
        var client = C.start("client", path, "sleep");
        RawSocket accepted = accept(listener)) {
      assertEquals(AttachMessage.SIZE, accepted.await());
      accepted.begin(AttachMessage.WELCOME);
      String text = "a\u001b[1mb\u009b31mc\u00e9";
      accepted.send(AttachMessage.fail(accepted.body(), Errno.EACCES, text));
      assertEquals("Permission denied: a [1mb  31mc\u00e9", client.line());
      assertEquals(2, client.ended());
    }
  }

  /** The listener does not block, and the client takes its time to start. */
  private static RawSocket accept(RawSocket listener) throws Exception {
    Proc.await(() -> "no client came", listener::unread);
    return listener.accept();
  }
}
