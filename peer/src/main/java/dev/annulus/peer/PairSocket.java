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

/** The socket between the two ends of queues: what they say to set up, and why they end. */
final class PairSocket implements AutoCloseable {
  private static final String WHAT = "set up queues with the other end (sendmsg, recvmsg)";

  private final int fd;
  private final Arena arena = Arena.ofShared();
  private final Messages messages = new Messages(arena, AttachMessage.CAPACITY);
  private String goodbye;

  PairSocket(int fd) {
    this.fd = fd;
  }

  /** What the other end says of itself. The file is the caller's to close. */
  record Ready(int file, long startIndex, boolean mayRelax) {}

  int fd() {
    return fd;
  }

  void ready(QueueOptions options, long startIndex, int file) throws IOException {
    MemorySegment body = messages.body();
    AttachMessage.begin(body, AttachMessage.READY);
    AttachMessage.intAt(body, AttachMessage.SEND_SIZE, options.sendSize());
    AttachMessage.intAt(body, AttachMessage.SEND_ENTRIES, options.sendEntries());
    AttachMessage.intAt(body, AttachMessage.TAKE_ENTRIES, options.takeEntries());
    AttachMessage.intAt(body, AttachMessage.TAKE_SIZE, options.takeSize());
    AttachMessage.longAt(body, AttachMessage.START, startIndex);
    AttachMessage.intAt(body, AttachMessage.FLAGS, AttachMessage.ownFlags());
    AttachMessage.longAt(body, AttachMessage.PROTOCOL, options.protocol());
    long sent = messages.send(fd, AttachMessage.SIZE, file);
    // An end that is gone may have said why.
    if (sent < 0 && sent != -Errno.EPIPE && sent != -Errno.ECONNRESET) {
      throw new ErrnoException(WHAT, (int) -sent);
    }
  }

  /** Waits for the other end; where it says something else than was expected, it is told so. */
  Ready awaitReady(QueueOptions options) throws IOException {
    Sockets.receiveTimeout(fd, options.setupMillis());
    long received = LastWords.receive(fd, messages);
    if (received == -Errno.EAGAIN) {
      throw new ErrnoException(WHAT, Errno.ETIMEDOUT, "nobody came, or it is stopped");
    }
    if (received == 0) {
      throw gone();
    }
    if (received < 0) {
      throw new ErrnoException(WHAT, (int) -received, "no message of this protocol");
    }
    int type = AttachMessage.type(messages.body(), received);
    if (type == AttachMessage.GOODBYE) {
      messages.closeDescriptors();
      goodbye = AttachMessage.text(messages.body(), received);
      throw gone();
    }
    if (type != AttachMessage.READY || messages.fdCount() != 1) {
      messages.closeDescriptors();
      throw refuse("a message of type " + type + " is out of place");
    }
    return checked(options);
  }

  private Ready checked(QueueOptions options) throws IOException {
    MemorySegment body = messages.body();
    String theirs =
        terms(
            AttachMessage.intAt(body, AttachMessage.TAKE_ENTRIES),
            AttachMessage.intAt(body, AttachMessage.TAKE_SIZE),
            AttachMessage.intAt(body, AttachMessage.SEND_ENTRIES),
            AttachMessage.intAt(body, AttachMessage.SEND_SIZE),
            AttachMessage.longAt(body, AttachMessage.PROTOCOL));
    String ours =
        terms(
            options.sendEntries(),
            options.sendSize(),
            options.takeEntries(),
            options.takeSize(),
            options.protocol());
    if (!ours.equals(theirs)) {
      messages.closeDescriptors();
      throw refuse("the ends disagree: here " + ours + ", there " + theirs);
    }
    int errno = SharedMemory.check(messages.fd(0), options.otherBytes());
    if (errno != 0) {
      messages.closeDescriptors();
      throw refuse(
          "a memory file that is not of %d sealed bytes (fcntl, fstatfs, lseek: %s)"
              .formatted(options.otherBytes(), Errno.name(errno)));
    }
    return new Ready(
        messages.fd(0),
        AttachMessage.longAt(body, AttachMessage.START),
        AttachMessage.mayRelax(body));
  }

  /** Of the one who reads: what it sends, what it takes. */
  private static String terms(int send, int sendSize, int take, int takeSize, long protocol) {
    return "%d x %d bytes one way, %d x %d the other, protocol 0x%x"
        .formatted(send, sendSize, take, takeSize, protocol);
  }

  private ErrnoException refuse(String why) {
    say(Errno.EPROTO, why);
    return new ErrnoException(WHAT, Errno.EPROTO, why);
  }

  /** Says why it ends. Who does not read it is hung up on all the same. */
  void say(int errno, String why) {
    AttachMessage.begin(messages.body(), AttachMessage.GOODBYE);
    messages.send(fd, AttachMessage.fail(messages.body(), errno, why));
  }

  /** Why the other end is gone. Called after a hang-up. */
  PeerGoneException gone() {
    if (goodbye == null) {
      goodbye = LastWords.of(fd, messages);
    }
    return new PeerGoneException(
        goodbye != null
            ? "the other end of the queues ended them: " + goodbye
            : "the other end of the queues is gone (it was killed or crashed)");
  }

  @Override
  public void close() {
    Files.close(fd);
    arena.close();
  }
}
