// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Messages;
import dev.annulus.ffi.Sockets;
import dev.annulus.ring.CqReader;
import dev.annulus.ring.CqWriter;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** The client's side of the attach socket: attach, share, and hear why the session ended. */
final class AttachSocket implements AutoCloseable {
  /** What to do where a socket's path is too long, for both ends. */
  static final String TOO_LONG =
      "a Unix socket's path has at most " + Sockets.PATH_MAX + " bytes; choose a shorter one";

  private static final String SILENT = "the host does not answer; is it stopped?";

  private final int fd;
  private final Path path;
  private final Arena arena = Arena.ofShared();
  private final Messages messages = new Messages(arena, AttachMessage.CAPACITY);

  /** Why the server ended the session, once it has said so. */
  private String goodbye;

  /** Whether a request was given up: its late answer would be taken for that of the next. */
  private boolean outOfStep;

  private AttachSocket(int fd, Path path) {
    this.fd = fd;
    this.path = path;
  }

  /**
   * What a client got when it attached.
   *
   * @param client its own memory file, writable
   * @param server the server's, read-only
   * @param sqArray whether the ring has an indirect SQ array
   * @param mayRelax whether the server's threads can be made to fence from here
   */
  record Attached(
      int credit,
      int sqEntries,
      int cqEntries,
      MemorySegment client,
      MemorySegment server,
      boolean sqArray,
      boolean mayRelax,
      Arena arena) {}

  static AttachSocket connect(Path path, long timeoutMillis) throws ErrnoException {
    int fd = ErrnoException.check("socket", Sockets.seqpacket(false));
    Sockets.sendTimeout(fd, timeoutMillis);
    Sockets.receiveTimeout(fd, timeoutMillis);
    int connected = Sockets.connect(fd, path.toString());
    if (connected < 0) {
      Files.close(fd);
      throw refused(path, connected == -Errno.EAGAIN ? Errno.ETIMEDOUT : -connected);
    }
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
          case Errno.ETIMEDOUT -> SILENT;
          case Errno.ENAMETOOLONG -> TOO_LONG;
          default -> "";
        };
    return new ErrnoException("connect to host at " + path, errno, remedy);
  }

  int fd() {
    return fd;
  }

  Attached attach(int credit, boolean sqArray) throws IOException {
    AttachMessage.begin(messages.body(), AttachMessage.HELLO);
    AttachMessage.intAt(messages.body(), AttachMessage.CREDIT, credit);
    AttachMessage.flags(messages.body(), sqArray);
    exchange("attach to host at " + path, AttachMessage.WELCOME, AttachMessage.SIZE);
    Arena memory = Arena.ofShared();
    try {
      return map(memory, sqArray);
    } catch (IOException | RuntimeException e) {
      memory.close();
      throw e;
    } finally {
      messages.closeDescriptors();
    }
  }

  /** The server is not trusted either: sizes and seals are checked before the files are mapped. */
  private Attached map(Arena memory, boolean wantsArray) throws IOException {
    MemorySegment body = messages.body();
    boolean sqArray = AttachMessage.sqArray(body);
    int credit = AttachMessage.intAt(body, AttachMessage.CREDIT);
    int sqEntries = AttachMessage.intAt(body, AttachMessage.SQ_ENTRIES);
    int cqEntries = AttachMessage.intAt(body, AttachMessage.CQ_ENTRIES);
    if (messages.fdCount() != 2
        || !isQueue(sqEntries, PeerOptions.MAX_CREDIT)
        || !isQueue(cqEntries, CqWriter.entriesFor(PeerOptions.MAX_CREDIT))
        || credit < 1
        || credit > sqEntries
        || credit > CqReader.operationsFor(cqEntries)) {
      throw new IOException("the host at " + path + " answered with sizes that cannot be true");
    }
    if (sqArray && !wantsArray) {
      throw new IOException("the host at " + path + " answered with an array unasked");
    }
    long clientSize = PeerLayout.clientSize(sqEntries, sqArray);
    long serverSize = PeerLayout.serverSize(cqEntries);
    check(messages.fd(0), clientSize);
    check(messages.fd(1), serverSize);
    return new Attached(
        credit,
        sqEntries,
        cqEntries,
        SharedMemory.map(messages.fd(0), clientSize, true, memory),
        SharedMemory.map(messages.fd(1), serverSize, false, memory),
        sqArray,
        AttachMessage.mayRelax(body),
        memory);
  }

  private static boolean isQueue(int entries, int most) {
    return entries >= 1 && entries <= most && Integer.bitCount(entries) == 1;
  }

  private void check(int file, long size) throws ErrnoException {
    int errno = SharedMemory.check(file, size);
    if (errno != 0) {
      throw new ErrnoException(
          "memory from host at " + path + " (fcntl, fstatfs, lseek)",
          errno,
          "it must be a memory file of sealed size");
    }
  }

  Region share(long size, Arena memory) throws IOException {
    if (size < 1) {
      throw new IllegalArgumentException("a region of " + size + " bytes");
    }
    if (size > Long.MAX_VALUE - PeerLayout.pages(1)) {
      throw new ErrnoException("share " + size + " bytes", Errno.EFBIG, "");
    }
    long bytes = PeerLayout.pages(size);
    int file = SharedMemory.create("annulus-region", bytes);
    try {
      SharedMemory.finish(file, false);
      AttachMessage.begin(messages.body(), AttachMessage.SHARE);
      AttachMessage.longAt(messages.body(), AttachMessage.REGION_SIZE, bytes);
      exchange("share " + bytes + " bytes", AttachMessage.SHARED, AttachMessage.SIZE, file);
      messages.closeDescriptors();
      int number = AttachMessage.intAt(messages.body(), AttachMessage.REGION);
      if (number < 0 || number >= ServerOptions.MAX_REGIONS) {
        throw new IOException("the host at " + path + " answered with region " + number);
      }
      // Only now: what the server refused is not to stay mapped here.
      return new Region(number, SharedMemory.map(file, bytes, true, memory));
    } finally {
      Files.close(file);
    }
  }

  /** Takes what a ticket of {@code OFFER} stands for. */
  PeerEnd take(int ticket) throws IOException {
    String what = "take " + ticket + " from host at " + path;
    AttachMessage.begin(messages.body(), AttachMessage.TAKE);
    AttachMessage.intAt(messages.body(), AttachMessage.REGION, ticket);
    exchange(what, AttachMessage.TAKEN, AttachMessage.SIZE);
    return PeerEnd.received(what, messages);
  }

  /** Sends one message and receives its answer, which must be of a type and successful. */
  private void exchange(String what, int type, int length, int... descriptors) throws IOException {
    if (outOfStep) {
      throw new ErrnoException(
          what, Errno.ETIMEDOUT, "the host never answered an earlier request; attach anew");
    }
    long sent = messages.send(fd, length, descriptors);
    if (sent < 0 && sent != -Errno.EPIPE && sent != -Errno.ECONNRESET) {
      throw new ErrnoException(what + " (sendmsg)", (int) -sent);
    }
    long received = LastWords.receive(fd, messages);
    outOfStep = received < 0;
    if (received == 0) {
      throw new PeerGoneException(
          what + ": the host closed the connection; it was stopped, or is out of descriptors");
    }
    if (received < 0) {
      throw unanswered(what, (int) -received);
    }
    int answer = AttachMessage.type(messages.body(), received);
    if (answer != type || AttachMessage.status(messages.body()) != 0) {
      messages.closeDescriptors();
      throw refusal(what, type, answer, received);
    }
  }

  private static ErrnoException unanswered(String request, int errno) {
    String what = request + " (recvmsg)";
    return switch (errno) {
      case Errno.EAGAIN -> new ErrnoException(what, Errno.ETIMEDOUT, SILENT);
      case Errno.EMSGSIZE -> new ErrnoException(what, errno, "that was no host's answer");
      case Errno.EMFILE ->
          new ErrnoException(what, errno, "this process has too few descriptors left for it");
      default -> new ErrnoException(what, errno);
    };
  }

  private IOException refusal(String what, int type, int answer, long length) {
    String text = answer == 0 ? "" : AttachMessage.text(messages.body(), length);
    if (answer == AttachMessage.GOODBYE) {
      goodbye = text;
      return gone();
    }
    if (answer == type) {
      return new ErrnoException(what, AttachMessage.status(messages.body()), text);
    }
    return new IOException(what + ": what listens at " + path + " speaks another protocol");
  }

  /** Why the server is gone: its last words if it had any. Called after a hang-up. */
  PeerGoneException gone() {
    if (goodbye == null) {
      goodbye = LastWords.of(fd, messages);
    }
    return new PeerGoneException(
        "the host at "
            + path
            + (goodbye != null
                ? " ended the session: " + goodbye
                : " is gone (it was killed or crashed); operations in flight are lost"));
  }

  @Override
  public void close() {
    Files.close(fd);
    arena.close();
  }
}
