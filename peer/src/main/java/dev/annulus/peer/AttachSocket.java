// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Messages;
import dev.annulus.ffi.Sockets;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** The client's side of the attach socket: attach, share, and hear why the session ended. */
final class AttachSocket implements AutoCloseable {
  private final int fd;
  private final Path path;
  private final Arena arena = Arena.ofShared();
  private final Messages messages = new Messages(arena, AttachMessage.CAPACITY);

  private AttachSocket(int fd, Path path) {
    this.fd = fd;
    this.path = path;
  }

  /**
   * What a client got when it attached.
   *
   * @param client its own memory file, writable
   * @param server the server's, read-only
   * @param mayRelax whether the server's threads can be made to fence from here
   */
  record Attached(
      int credit,
      int sqEntries,
      int cqEntries,
      MemorySegment client,
      MemorySegment server,
      boolean mayRelax,
      Arena arena) {}

  static AttachSocket connect(Path path, long timeoutMillis) throws ErrnoException {
    int fd = ErrnoException.check("socket", Sockets.seqpacket(false));
    int connected = Sockets.connect(fd, path.toString());
    if (connected < 0) {
      Files.close(fd);
      throw refused(path, -connected);
    }
    Sockets.receiveTimeout(fd, timeoutMillis);
    return new AttachSocket(fd, path);
  }

  private static ErrnoException refused(Path path, int errno) {
    String remedy =
        switch (errno) {
          case Errno.ENOENT, Errno.ECONNREFUSED ->
              "no host is running there; start one with: annulus serve --socket " + path;
          case Errno.EACCES, Errno.EPERM ->
              "you may not write to that socket; run as the host's user";
          case Errno.EPROTOTYPE -> "another kind of server listens there, not a host";
          default -> "";
        };
    return new ErrnoException("connect to host at " + path, errno, remedy);
  }

  int fd() {
    return fd;
  }

  Attached attach(int credit) throws IOException {
    AttachMessage.begin(messages.body(), AttachMessage.HELLO);
    AttachMessage.intAt(messages.body(), AttachMessage.CREDIT, credit);
    AttachMessage.intAt(messages.body(), AttachMessage.FLAGS, AttachMessage.ownFlags());
    exchange("attach to host at " + path, AttachMessage.WELCOME, AttachMessage.SIZE);
    Arena memory = Arena.ofShared();
    try {
      return map(memory);
    } catch (IOException | RuntimeException e) {
      memory.close();
      throw e;
    } finally {
      messages.closeDescriptors();
    }
  }

  /** The server is not trusted either: sizes and seals are checked before the files are mapped. */
  private Attached map(Arena memory) throws IOException {
    MemorySegment body = messages.body();
    int credit = AttachMessage.intAt(body, AttachMessage.CREDIT);
    int sqEntries = AttachMessage.intAt(body, AttachMessage.SQ_ENTRIES);
    int cqEntries = AttachMessage.intAt(body, AttachMessage.CQ_ENTRIES);
    if (messages.fdCount() != 2
        || sqEntries < 1
        || sqEntries > 2 * PeerOptions.MAX_CREDIT
        || cqEntries < 1
        || cqEntries > 2 * PeerOptions.MAX_CREDIT
        || credit < 1
        || credit > Math.min(sqEntries, cqEntries)) {
      throw new IOException("the host at " + path + " answered with sizes that cannot be true");
    }
    long clientSize = PeerLayout.clientSize(sqEntries);
    long serverSize = PeerLayout.serverSize(cqEntries);
    check(messages.fd(0), clientSize);
    check(messages.fd(1), serverSize);
    return new Attached(
        credit,
        sqEntries,
        cqEntries,
        SharedMemory.map(messages.fd(0), clientSize, true, memory),
        SharedMemory.map(messages.fd(1), serverSize, false, memory),
        AttachMessage.mayRelax(body),
        memory);
  }

  private void check(int file, long size) throws ErrnoException {
    int errno = SharedMemory.check(file, size);
    if (errno != 0) {
      throw new ErrnoException(
          "memory from host at " + path, errno, "it must be a memory file of sealed size");
    }
  }

  Region share(long size, Arena memory) throws IOException {
    if (size < 1) {
      throw new IllegalArgumentException("a region of " + size + " bytes");
    }
    long bytes = PeerLayout.pages(size);
    int file = SharedMemory.create("annulus-region", bytes);
    try {
      SharedMemory.finish(file, false);
      MemorySegment mapped = SharedMemory.map(file, bytes, true, memory);
      AttachMessage.begin(messages.body(), AttachMessage.SHARE);
      AttachMessage.longAt(messages.body(), AttachMessage.REGION_SIZE, bytes);
      exchange("share " + bytes + " bytes", AttachMessage.SHARED, AttachMessage.SIZE, file);
      messages.closeDescriptors();
      return new Region(AttachMessage.intAt(messages.body(), AttachMessage.REGION), mapped);
    } finally {
      Files.close(file);
    }
  }

  /** Sends one message and receives its answer, which must be of a type and successful. */
  private void exchange(String what, int type, int length, int... descriptors) throws IOException {
    long sent = messages.send(fd, length, descriptors);
    if (sent < 0 && sent != -Errno.EPIPE && sent != -Errno.ECONNRESET) {
      throw new ErrnoException(what, (int) -sent);
    }
    long received = receive();
    if (received == 0 || received == -Errno.ECONNRESET) {
      throw new PeerGoneException(what + ": the host closed the connection");
    }
    if (received == -Errno.EAGAIN) {
      throw new ErrnoException(what, Errno.ETIMEDOUT, "the host does not answer; is it stopped?");
    }
    if (received < 0) {
      throw new ErrnoException(what, (int) -received);
    }
    MemorySegment body = messages.body();
    int answer = AttachMessage.type(body, received);
    int status = answer == 0 ? 0 : AttachMessage.status(body);
    if (status != 0) {
      messages.closeDescriptors();
      throw new ErrnoException(what, status, AttachMessage.text(body, received));
    }
    if (answer != type) {
      messages.closeDescriptors();
      throw new IOException(what + ": what listens at " + path + " speaks another protocol");
    }
  }

  private long receive() {
    long received;
    do {
      received = messages.receive(fd);
    } while (received == -Errno.EINTR);
    return received;
  }

  /** Why the server is gone: its last words if it had any. Called after a hang-up. */
  PeerGoneException gone() {
    String who = "the host at " + path;
    long received = receive();
    if (received > 0 && AttachMessage.type(messages.body(), received) == AttachMessage.GOODBYE) {
      return new PeerGoneException(
          who + " ended the session: " + AttachMessage.text(messages.body(), received));
    }
    return new PeerGoneException(
        who + " is gone (it was killed or crashed); operations in flight are lost");
  }

  @Override
  public void close() {
    Files.close(fd);
    arena.close();
  }
}
