// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Messages with descriptors over a Unix socket: {@code sendmsg(2)}, {@code recvmsg(2)}, {@code
 * SCM_RIGHTS} ({@code unix(7)}, {@code cmsg(3)}). An object holds the buffers for one message in
 * each direction; it belongs to one thread at a time.
 */
public final class Messages {
  /** Descriptors that one message may carry. */
  public static final int MAX_FDS = 8;

  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x4000_0000;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_CTRUNC = 0x8;
  private static final int EMSGSIZE = 90;
  private static final int EMFILE = 24;

  // struct msghdr: name 0, namelen 8, iov 16, iovlen 24, control 32, controllen 40, flags 48
  private static final int MSGHDR = 56;
  private static final int MSG_IOV = 16;
  private static final int MSG_IOVLEN = 24;
  private static final int MSG_CONTROL = 32;
  private static final int MSG_CONTROLLEN = 40;
  private static final int MSG_FLAGS = 48;
  // struct cmsghdr: len u64, level i32, type i32, then the descriptors
  private static final int CMSG_HEADER = 16;
  private static final int CONTROL = CMSG_HEADER + MAX_FDS * 4;

  private static final MethodHandle SENDMSG =
      Native.link("sendmsg", Native.LONG, Native.INT, Native.POINTER, Native.INT);
  private static final MethodHandle RECVMSG =
      Native.link("recvmsg", Native.LONG, Native.INT, Native.POINTER, Native.INT);

  private final MemorySegment header;
  private final MemorySegment vector;
  private final MemorySegment control;
  private final MemorySegment body;
  private final int[] fds = new int[MAX_FDS];
  private int fdCount;

  /**
   * Allocates the buffers.
   *
   * @param arena owns them
   * @param capacity longest message in bytes
   */
  public Messages(Arena arena, int capacity) {
    header = arena.allocate(MSGHDR, 8);
    vector = arena.allocate(16, 8);
    control = arena.allocate(CONTROL, 8);
    body = arena.allocate(capacity, 8);
  }

  /**
   * The message's bytes, to write before {@link #send} and to read after {@link #receive}.
   *
   * @return memory of the capacity
   */
  public MemorySegment body() {
    return body;
  }

  /**
   * Sends one message, without blocking and without SIGPIPE.
   *
   * @param fd connected socket
   * @param length bytes of the body
   * @param descriptors to pass; they stay open here
   * @return bytes sent or {@code -errno}
   */
  public long send(int fd, int length, int... descriptors) {
    prepare(length);
    if (descriptors.length > MAX_FDS) {
      throw new IllegalArgumentException(descriptors.length + " descriptors in one message");
    }
    int controlLength = 0;
    if (descriptors.length > 0) {
      control.set(JAVA_LONG, 0, CMSG_HEADER + descriptors.length * 4L);
      control.set(JAVA_INT, 8, SOL_SOCKET);
      control.set(JAVA_INT, 12, SCM_RIGHTS);
      for (int i = 0; i < descriptors.length; i++) {
        control.set(JAVA_INT, CMSG_HEADER + i * 4L, descriptors[i]);
      }
      controlLength = CMSG_HEADER + (descriptors.length * 4 + 7) / 8 * 8;
    }
    header.set(JAVA_LONG, MSG_CONTROLLEN, controlLength);
    MemorySegment state = Native.capture();
    int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    try {
      return Native.result((long) SENDMSG.invokeExact(state, fd, header, flags), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * Receives one message. Descriptors that came with it are close-on-exec and the caller's, see
   * {@link #fdCount}; there are none where the result is not positive.
   *
   * @param fd connected socket
   * @return length of the message, 0 when the other end has hung up or sent an empty one, {@code
   *     -EMSGSIZE} for one that is longer than the capacity or carries more descriptors than {@link
   *     #MAX_FDS}, {@code -EMFILE} for one that carries more than this process may still open, or
   *     another {@code -errno}; of those two the message is lost, and its descriptors are closed
   */
  public long receive(int fd) {
    prepare((int) body.byteSize());
    header.set(JAVA_LONG, MSG_CONTROLLEN, CONTROL);
    fdCount = 0;
    MemorySegment state = Native.capture();
    long length;
    try {
      length =
          Native.result((long) RECVMSG.invokeExact(state, fd, header, MSG_CMSG_CLOEXEC), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
    if (length < 0) {
      return length;
    }
    takeDescriptors();
    int flags = header.get(JAVA_INT, MSG_FLAGS);
    if ((flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
      // Left out although there was room to name them: this process may open no more.
      boolean exhausted = (flags & MSG_TRUNC) == 0 && fdCount < MAX_FDS;
      closeDescriptors();
      return exhausted ? -EMFILE : -EMSGSIZE;
    }
    if (length == 0) {
      // Even an empty message may carry descriptors.
      closeDescriptors();
    }
    return length;
  }

  /**
   * How many descriptors came with the message received last.
   *
   * @return 0 to {@link #MAX_FDS}
   */
  public int fdCount() {
    return fdCount;
  }

  /**
   * A descriptor that came with the message received last.
   *
   * @param index 0 to {@link #fdCount} - 1
   * @return the descriptor, owned by the caller
   */
  public int fd(int index) {
    return fds[index];
  }

  /** Closes all descriptors that came with the message received last. */
  public void closeDescriptors() {
    for (int i = 0; i < fdCount; i++) {
      Files.close(fds[i]);
    }
    fdCount = 0;
  }

  private void prepare(int length) {
    vector.set(JAVA_LONG, 0, body.address());
    vector.set(JAVA_LONG, 8, length);
    header.fill((byte) 0);
    header.set(JAVA_LONG, MSG_IOV, vector.address());
    header.set(JAVA_LONG, MSG_IOVLEN, 1);
    header.set(JAVA_LONG, MSG_CONTROL, control.address());
  }

  /** The kernel packs all descriptors of one message into one control message. */
  private void takeDescriptors() {
    long length = header.get(JAVA_LONG, MSG_CONTROLLEN);
    if (length < CMSG_HEADER
        || control.get(JAVA_INT, 8) != SOL_SOCKET
        || control.get(JAVA_INT, 12) != SCM_RIGHTS) {
      return;
    }
    long bytes = Math.min(control.get(JAVA_LONG, 0), length) - CMSG_HEADER;
    fdCount = (int) (bytes / 4);
    for (int i = 0; i < fdCount; i++) {
      fds[i] = control.get(JAVA_INT, CMSG_HEADER + i * 4L);
    }
  }
}
