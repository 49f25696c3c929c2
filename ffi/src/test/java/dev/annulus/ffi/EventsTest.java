// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static dev.annulus.ffi.TestFds.opened;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {
  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EBADF = 9;
  private static final int EAGAIN = 11;
  private static final int EEXIST = 17;
  private static final int EINVAL = 22;

  @TempDir Path directory;
  private final long before = TestFds.count();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = Events.buffer(arena, 4);
  private int epoll;

  @BeforeEach
  void open() {
    epoll = opened(Events.epoll());
  }

  @AfterEach
  void nothingStaysOpen() {
    Files.close(epoll);
    arena.close();
    assertEquals(before, TestFds.count());
  }

  private static void close(int... fds) {
    for (int fd : fds) {
      assertEquals(0, Files.close(fd));
    }
  }

  @Test
  void eventfdCounts() throws Exception {
    int fd = opened(Events.eventfd(true));
    assertEquals(-EAGAIN, Events.drain(fd));
    assertEquals(0, Events.signal(fd));
    assertEquals(0, Events.signal(fd));
    assertEquals(0, Events.drain(fd));
    assertEquals(-EAGAIN, Events.drain(fd), "one read takes all");
    assertTrue((TestFds.flags(fd) & Files.O_CLOEXEC) != 0);
    assertTrue((TestFds.flags(fd) & Files.O_NONBLOCK) != 0);
    int blocking = opened(Events.eventfd(false));
    assertEquals(0, TestFds.flags(blocking) & Files.O_NONBLOCK);
    close(fd, blocking);
    assertEquals(-EBADF, Events.signal(fd));
    assertEquals(-EBADF, Events.drain(fd));
  }

  @Test
  void readyOnesAreToldWithTheirData() {
    int[] fds = new int[6];
    for (int i = 0; i < fds.length; i++) {
      fds[i] = opened(Events.eventfd(true));
      assertEquals(0, Events.add(epoll, fds[i], Events.EPOLLIN, 0x1234_5678_9abc_def0L + i));
    }
    assertEquals(0, Events.await(epoll, buffer, 0));
    for (int i : new int[] {1, 4, 5}) {
      assertEquals(0, Events.signal(fds[i]));
    }
    assertEquals(3, Events.await(epoll, buffer, -1));
    Map<Long, Integer> told = new HashMap<>();
    for (int i = 0; i < 3; i++) {
      told.put(Events.data(buffer, i) - 0x1234_5678_9abc_def0L, Events.events(buffer, i));
    }
    assertEquals(Map.of(1L, Events.EPOLLIN, 4L, Events.EPOLLIN, 5L, Events.EPOLLIN), told);
    assertEquals(3, Events.await(epoll, buffer, 0), "as long as they are ready");
    for (int i : new int[] {0, 2, 3}) {
      assertEquals(0, Events.signal(fds[i]));
    }
    assertEquals(4, Events.await(epoll, buffer, 0), "no more than there is room for");
    for (int fd : fds) {
      assertEquals(0, Events.remove(epoll, fd));
    }
    assertEquals(0, Events.await(epoll, buffer, 0));
    close(fds);
  }

  @Test
  void oneShotIsToldOnce() {
    int fd = opened(Events.eventfd(true));
    assertEquals(0, Events.signal(fd));
    assertEquals(0, Events.add(epoll, fd, Events.EPOLLIN | Events.EPOLLONESHOT, 7));
    assertEquals(1, Events.await(epoll, buffer, -1));
    assertEquals(0, Events.await(epoll, buffer, 0));
    close(fd);
  }

  @Test
  void hangUpIsToldUnasked() {
    String path = directory.resolve("s").toString();
    int listener = opened(Sockets.seqpacket(true));
    assertEquals(0, Sockets.bind(listener, path));
    assertEquals(0, Sockets.listen(listener, 1));
    int client = opened(Sockets.seqpacket(true));
    assertEquals(0, Sockets.connect(client, path));
    int server = opened(Sockets.accept(listener));
    assertEquals(0, Events.add(epoll, client, Events.EPOLLRDHUP, 1));
    assertEquals(0, Events.await(epoll, buffer, 0));
    close(server);
    assertEquals(1, Events.await(epoll, buffer, -1));
    assertEquals(Events.EPOLLRDHUP | Events.EPOLLHUP, Events.events(buffer, 0));
    close(listener, client);
  }

  @Test
  void timeOutIsKept() {
    long start = System.nanoTime();
    assertEquals(0, Events.await(epoll, buffer, 20));
    assertTrue(System.nanoTime() - start >= MILLISECONDS.toNanos(19));
  }

  @Test
  void errorsAreErrnos() {
    int fd = opened(Events.eventfd(true));
    assertEquals(0, Events.add(epoll, fd, Events.EPOLLIN, 1));
    assertEquals(-EEXIST, Events.add(epoll, fd, Events.EPOLLIN, 1));
    assertEquals(0, Events.remove(epoll, fd));
    assertEquals(-ENOENT, Events.remove(epoll, fd));
    assertEquals(-EBADF, Events.add(epoll, -1, Events.EPOLLIN, 1));
    assertEquals(-EINVAL, Events.add(fd, epoll, Events.EPOLLIN, 1), "not an epoll");
    assertEquals(-EBADF, Events.await(-1, buffer, 0));
    assertEquals(-EINVAL, Events.await(fd, buffer, 0));
    assertEquals(-EINVAL, Events.await(epoll, buffer.asSlice(0, 4), 0), "room for none");
    int directoryFd = opened(Files.open(directory.toString(), Files.O_RDONLY, 0));
    assertEquals(-EPERM, Events.add(epoll, directoryFd, Events.EPOLLIN, 1));
    close(fd, directoryFd);
  }
}
