// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static dev.annulus.ffi.TestFds.opened;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsTest {
  private static final int ENOENT = 2;
  private static final int EBADF = 9;
  private static final int EAGAIN = 11;
  private static final int EINVAL = 22;
  private static final int ENOTSOCK = 88;
  private static final int ENAMETOOLONG = 36;
  private static final int EADDRINUSE = 98;
  private static final int EISCONN = 106;
  private static final int ECONNREFUSED = 111;

  @TempDir Path directory;
  private final long before = TestFds.count();
  private String path;

  @BeforeEach
  void path() {
    path = directory.resolve("s").toString();
  }

  @AfterEach
  void nothingStaysOpen() {
    assertEquals(before, TestFds.count());
  }

  private static void close(int... fds) {
    for (int fd : fds) {
      assertEquals(0, Files.close(fd));
    }
  }

  private int listener(int backlog) {
    int fd = opened(Sockets.seqpacket(true));
    assertEquals(0, Sockets.bind(fd, path));
    assertEquals(0, Sockets.listen(fd, backlog));
    return fd;
  }

  @Test
  void connectsAndKnowsWhoConnected() throws Exception {
    int listener = listener(4);
    assertEquals(-EAGAIN, Sockets.accept(listener), "nobody yet");
    int client = opened(Sockets.seqpacket(false));
    assertEquals(0, Sockets.connect(client, path));
    int server = opened(Sockets.accept(listener));
    Sockets.Credentials self = Sockets.credentials(server);
    assertEquals(ProcessHandle.current().pid(), self.pid());
    assertEquals(Threads.euid(), self.uid());
    assertEquals(java.nio.file.Files.getAttribute(directory, "unix:gid"), self.gid());
    assertEquals(self, Sockets.credentials(client), "of the listener");
    for (int fd : new int[] {listener, client, server}) {
      int flags = TestFds.flags(fd);
      assertTrue((flags & Files.O_CLOEXEC) != 0);
      assertEquals(fd != client, (flags & Files.O_NONBLOCK) != 0);
    }
    assertEquals(-EISCONN, Sockets.connect(client, path));
    close(listener, client, server);
  }

  @Test
  void errorsAreErrnos() {
    int fd = opened(Sockets.seqpacket(false));
    assertEquals(-ENOENT, Sockets.connect(fd, path));
    assertEquals(-ENOENT, Sockets.bind(fd, directory + "/none/s"));
    assertEquals(-ENOENT, Sockets.bind(fd, ""));
    assertEquals(-ENOENT, Sockets.connect(fd, ""));
    assertEquals(-EINVAL, Sockets.accept(fd), "does not listen");
    int listener = listener(1);
    assertEquals(-EADDRINUSE, Sockets.bind(fd, path));
    close(listener);
    assertEquals(-ECONNREFUSED, Sockets.connect(fd, path));
    close(fd);
    assertEquals(-EBADF, Sockets.bind(fd, path));
    assertEquals(-EBADF, Sockets.connect(fd, path));
    assertEquals(-EBADF, Sockets.listen(fd, 1));
    assertEquals(-EBADF, Sockets.accept(fd));
    assertEquals(-EBADF, Sockets.receiveTimeout(fd, 1));
    assertEquals(-EBADF, Sockets.sendTimeout(fd, 1));
    assertNull(Sockets.credentials(fd));
    int file = opened(Files.open("/dev/null", Files.O_RDONLY, 0));
    assertEquals(-ENOTSOCK, Sockets.listen(file, 1));
    assertNull(Sockets.credentials(file));
    close(file);
  }

  @Test
  void pathsOfAllLengths() {
    int room = Sockets.PATH_MAX - directory.toString().length() - 1;
    String longest = directory.resolve("x".repeat(room)).toString();
    int fd = opened(Sockets.seqpacket(false));
    assertEquals(-ENAMETOOLONG, Sockets.bind(fd, longest + "x"));
    assertEquals(-ENAMETOOLONG, Sockets.connect(fd, longest + "x"));
    assertEquals(-ENAMETOOLONG, Sockets.bind(fd, "é".repeat(60)), "bytes count, not characters");
    assertEquals(0, Sockets.bind(fd, longest));
    assertTrue(java.nio.file.Files.exists(Path.of(longest)));
    close(fd);
  }

  @Test
  void waitsAreBounded() {
    int listener = listener(0);
    int first = opened(Sockets.seqpacket(false));
    assertEquals(0, Sockets.connect(first, path));
    int second = opened(Sockets.seqpacket(false));
    assertEquals(0, Sockets.sendTimeout(second, 50));
    long start = System.nanoTime();
    assertEquals(-EAGAIN, Sockets.connect(second, path), "the backlog is full");
    assertTrue(System.nanoTime() - start >= MILLISECONDS.toNanos(40));
    assertEquals(0, Sockets.receiveTimeout(first, 50));
    try (Arena arena = Arena.ofConfined()) {
      start = System.nanoTime();
      assertEquals(-EAGAIN, new Messages(arena, 8).receive(first));
      assertTrue(System.nanoTime() - start >= MILLISECONDS.toNanos(40));
    }
    close(listener, first, second);
  }
}
