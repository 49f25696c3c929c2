// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Messages;
import dev.annulus.ffi.Sockets;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;

/**
 * One end of two queues between two processes, before they are set up: a memory file that this end
 * alone will write, and a socket to the other end, which no third process holds.
 *
 * <p>Belongs to one thread at a time. {@link PeerQueues#open} takes what is in it; until then it
 * holds two descriptors, which {@link #close} closes.
 */
public final class PeerEnd implements AutoCloseable {
  private final boolean first;
  private final long ownBytes;
  private final long otherBytes;
  private int file;
  private int socket;

  PeerEnd(boolean first, long ownBytes, long otherBytes, int file, int socket) {
    this.first = first;
    this.ownBytes = ownBytes;
    this.otherBytes = otherBytes;
    this.file = file;
    this.socket = socket;
  }

  /**
   * Makes both ends, each with a memory file of sealed size. Makes system calls, does not wait.
   *
   * @param firstBytes of the file that the first end writes: whole pages of 4096 bytes
   * @param secondBytes of the file that the second end writes
   * @return the first end, then the second
   * @throws ErrnoException where descriptors or memory are short, or a size is not of whole pages
   */
  public static PeerEnd[] pair(long firstBytes, long secondBytes) throws ErrnoException {
    checkSize(firstBytes);
    checkSize(secondBytes);
    int[] sockets = new int[2];
    ErrnoException.check("socketpair", Sockets.pair(sockets));
    int one = -1;
    try {
      one = SharedMemory.create("annulus-shm", firstBytes);
      int two = SharedMemory.create("annulus-shm", secondBytes);
      return new PeerEnd[] {
        new PeerEnd(true, firstBytes, secondBytes, one, sockets[0]),
        new PeerEnd(false, secondBytes, firstBytes, two, sockets[1])
      };
    } catch (ErrnoException e) {
      if (one >= 0) {
        Files.close(one);
      }
      Files.close(sockets[0]);
      Files.close(sockets[1]);
      throw e;
    }
  }

  private static void checkSize(long bytes) throws ErrnoException {
    if (bytes < 2 * PeerLayout.PAGE || bytes % PeerLayout.PAGE != 0) {
      throw new ErrnoException(
          "memory of " + bytes + " bytes", Errno.EINVAL, "whole pages of 4096, at least two");
    }
  }

  /** Answers TAKE. The descriptors stay open here. */
  long send(int to, Messages messages) {
    AttachMessage.begin(messages.body(), AttachMessage.TAKEN);
    AttachMessage.intAt(messages.body(), AttachMessage.END, first ? 0 : 1);
    AttachMessage.longAt(messages.body(), AttachMessage.REGION_SIZE, ownBytes);
    AttachMessage.longAt(messages.body(), AttachMessage.OTHER_SIZE, otherBytes);
    return messages.send(to, AttachMessage.SIZE, file, socket);
  }

  /** What TAKEN brought. What sent it is not trusted: the file is checked before it is mapped. */
  static PeerEnd received(String what, Messages messages) throws IOException {
    if (messages.fdCount() != 2) {
      messages.closeDescriptors();
      throw new IOException(what + ": it answered without the two descriptors");
    }
    return new PeerEnd(
        AttachMessage.intAt(messages.body(), AttachMessage.END) == 0,
        AttachMessage.longAt(messages.body(), AttachMessage.REGION_SIZE),
        AttachMessage.longAt(messages.body(), AttachMessage.OTHER_SIZE),
        messages.fd(0),
        messages.fd(1));
  }

  /**
   * Whether this end was made for who created the queues.
   *
   * @return true for one of the two ends
   */
  public boolean first() {
    return first;
  }

  /**
   * Size of the memory that this end writes.
   *
   * @return bytes
   */
  public long ownBytes() {
    return ownBytes;
  }

  /**
   * Size of the memory that the other end writes.
   *
   * @return bytes
   */
  public long otherBytes() {
    return otherBytes;
  }

  int file() {
    return file;
  }

  int socket() {
    return socket;
  }

  /** The socket is the caller's from here on. */
  void socketTaken() {
    socket = -1;
  }

  /** Closes what is still here; where that is the socket, the other end is told by hang-up. */
  @Override
  public void close() {
    if (file >= 0) {
      Files.close(file);
      file = -1;
    }
    if (socket >= 0) {
      Files.close(socket);
      socket = -1;
    }
  }
}
