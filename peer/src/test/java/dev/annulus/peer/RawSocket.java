// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ffi.Messages;
import dev.annulus.ffi.Sockets;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** One end of an attach socket that says what the test likes. */
final class RawSocket implements AutoCloseable {
  final int fd;
  private final Arena arena = Arena.ofShared();

  /** Longer than the protocol's: it can send what is too long. */
  final Messages messages = new Messages(arena, 8192);

  private RawSocket(int fd) {
    this.fd = fd;
  }

  /** A client's end. Its receives give up after 20 s. */
  static RawSocket connect(Path path) throws ErrnoException {
    RawSocket socket = new RawSocket(ErrnoException.check("socket", Sockets.seqpacket(false)));
    Sockets.receiveTimeout(socket.fd, 20_000);
    ErrnoException.check("connect", Sockets.connect(socket.fd, path.toString()));
    return socket;
  }

  /** A listener. */
  static RawSocket listen(Path path, int backlog) throws ErrnoException {
    RawSocket socket = new RawSocket(ErrnoException.check("socket", Sockets.seqpacket(false)));
    ErrnoException.check("bind", Sockets.bind(socket.fd, path.toString()));
    ErrnoException.check("listen", Sockets.listen(socket.fd, backlog));
    return socket;
  }

  /** The server's end of the next connection. */
  RawSocket accept() throws ErrnoException {
    return new RawSocket(ErrnoException.check("accept", Sockets.accept(fd)));
  }

  MemorySegment body() {
    return messages.body();
  }

  RawSocket begin(int type) {
    AttachMessage.begin(body(), type);
    return this;
  }

  RawSocket set(long at, int value) {
    AttachMessage.intAt(body(), at, value);
    return this;
  }

  void send(int length, int... descriptors) {
    assertEquals(length, messages.send(fd, length, descriptors));
  }

  /** Receives one message; answers its length, or 0 once the other end has hung up. */
  long receive() {
    long length;
    do {
      length = messages.receive(fd);
    } while (length == -Errno.ECONNRESET || length == -Errno.EINTR);
    return length;
  }

  /** Waits for a message, on a non-blocking end. */
  long await() {
    long[] length = new long[1];
    Proc.await(() -> "no message came", () -> (length[0] = receive()) != -Errno.EAGAIN);
    return length[0];
  }

  /** Whether something is there to be received. */
  boolean unread() {
    int epoll = Events.epoll();
    try (Arena buffer = Arena.ofConfined()) {
      assertEquals(0, Events.add(epoll, fd, Events.EPOLLIN, 1));
      return Events.await(epoll, Events.buffer(buffer, 1), 0) == 1;
    } finally {
      Files.close(epoll);
    }
  }

  /** Attaches as a client does: both files come with the answer. */
  void hello() {
    begin(AttachMessage.HELLO).set(AttachMessage.CREDIT, 8).send(AttachMessage.SIZE);
    assertEquals(AttachMessage.SIZE, receive());
    assertEquals(AttachMessage.WELCOME, AttachMessage.type(body(), AttachMessage.SIZE));
    assertEquals(2, messages.fdCount());
  }

  @Override
  public void close() {
    Files.close(fd);
    arena.close();
  }
}
