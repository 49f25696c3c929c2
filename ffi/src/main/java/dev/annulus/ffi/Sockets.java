// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** Unix sockets that keep message boundaries: {@code unix(7)}, {@code SOCK_SEQPACKET}. */
public final class Sockets {
  /** The longest path of a Unix socket in bytes, without its NUL ({@code sun_path}, 108). */
  public static final int PATH_MAX = 107;

  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int ENOENT = 2;
  private static final int ENAMETOOLONG = 36;

  private static final MethodHandle SOCKET =
      Native.link("socket", Native.INT, Native.INT, Native.INT, Native.INT);
  private static final MethodHandle SOCKETPAIR =
      Native.link("socketpair", Native.INT, Native.INT, Native.INT, Native.INT, Native.POINTER);
  private static final MethodHandle BIND =
      Native.link("bind", Native.INT, Native.INT, Native.POINTER, Native.INT);
  private static final MethodHandle LISTEN =
      Native.link("listen", Native.INT, Native.INT, Native.INT);
  private static final MethodHandle CONNECT =
      Native.link("connect", Native.INT, Native.INT, Native.POINTER, Native.INT);
  private static final MethodHandle ACCEPT4 =
      Native.link("accept4", Native.INT, Native.INT, Native.LONG, Native.LONG, Native.INT);
  private static final MethodHandle GETSOCKOPT =
      Native.link(
          "getsockopt",
          Native.INT,
          Native.INT,
          Native.INT,
          Native.INT,
          Native.POINTER,
          Native.POINTER);
  private static final MethodHandle SETSOCKOPT =
      Native.link(
          "setsockopt", Native.INT, Native.INT, Native.INT, Native.INT, Native.POINTER, Native.INT);

  private Sockets() {}

  /**
   * The other end of a socket, as the kernel recorded it when it connected ({@code SO_PEERCRED}).
   *
   * @param pid process, in our PID namespace
   * @param uid effective user
   * @param gid effective group
   */
  public record Credentials(int pid, int uid, int gid) {}

  /**
   * Makes a socket, close-on-exec.
   *
   * @param nonBlocking whether calls on it answer {@code -EAGAIN} in place of blocking
   * @return descriptor or {@code -errno}
   */
  public static int seqpacket(boolean nonBlocking) {
    MemorySegment state = Native.capture();
    int type = SOCK_SEQPACKET | SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0);
    try {
      return Native.result((int) SOCKET.invokeExact(state, AF_UNIX, type, 0), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * Makes two sockets that are connected to each other, close-on-exec: {@code socketpair(2)}.
   *
   * @param ends where the two descriptors go, the caller's from then on
   * @return 0 or {@code -errno}
   */
  public static int pair(int[] ends) {
    MemorySegment state = Native.capture();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(JAVA_INT, 2);
      int type = SOCK_SEQPACKET | SOCK_CLOEXEC;
      int made = Native.result((int) SOCKETPAIR.invokeExact(state, AF_UNIX, type, 0, pair), state);
      if (made == 0) {
        ends[0] = pair.getAtIndex(JAVA_INT, 0);
        ends[1] = pair.getAtIndex(JAVA_INT, 1);
      }
      return made;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code bind(2)} to a path.
   *
   * @param fd socket
   * @param path 1 to {@link #PATH_MAX} bytes
   * @return 0 or {@code -errno}: ENAMETOOLONG for a longer path
   */
  public static int bind(int fd, String path) {
    return named(BIND, fd, path);
  }

  /**
   * {@code listen(2)}.
   *
   * @param fd socket
   * @param backlog connections that may wait
   * @return 0 or {@code -errno}
   */
  public static int listen(int fd, int backlog) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((int) LISTEN.invokeExact(state, fd, backlog), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code connect(2)} to a path.
   *
   * @param fd socket
   * @param path 1 to {@link #PATH_MAX} bytes
   * @return 0 or {@code -errno}: ENOENT no such path, ECONNREFUSED nobody listens, EAGAIN where a
   *     blocking socket's {@link #sendTimeout} passed, ENAMETOOLONG for a longer path
   */
  public static int connect(int fd, String path) {
    return named(CONNECT, fd, path);
  }

  /**
   * {@code accept4(2)}: the accepted socket is close-on-exec and non-blocking.
   *
   * @param fd listening socket
   * @return descriptor or {@code -errno}
   */
  public static int accept(int fd) {
    MemorySegment state = Native.capture();
    int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
    try {
      return Native.result((int) ACCEPT4.invokeExact(state, fd, 0L, 0L, flags), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code SO_PEERCRED}: who connected.
   *
   * @param fd connected socket
   * @return the credentials, or null where the kernel has none
   */
  public static Credentials credentials(int fd) {
    MemorySegment state = Native.capture();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ucred = arena.allocate(12, 4);
      MemorySegment length = arena.allocateFrom(JAVA_INT, 12);
      int result =
          Native.result(
              (int) GETSOCKOPT.invokeExact(state, fd, SOL_SOCKET, SO_PEERCRED, ucred, length),
              state);
      if (result != 0 || length.get(JAVA_INT, 0) != 12) {
        return null;
      }
      return new Credentials(
          ucred.get(JAVA_INT, 0), ucred.get(JAVA_INT, 4), ucred.get(JAVA_INT, 8));
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code SO_RCVTIMEO}: bounds every later receive.
   *
   * @param fd socket
   * @param millis longest wait of one receive; it then answers {@code -EAGAIN}
   * @return 0 or {@code -errno}
   */
  public static int receiveTimeout(int fd, long millis) {
    return timeout(fd, SO_RCVTIMEO, millis);
  }

  /**
   * {@code SO_SNDTIMEO}: bounds every later connect of a blocking socket, which otherwise waits for
   * room in the listener's backlog, however long.
   *
   * @param fd socket
   * @param millis longest wait; the call then answers {@code -EAGAIN}
   * @return 0 or {@code -errno}
   */
  public static int sendTimeout(int fd, long millis) {
    return timeout(fd, SO_SNDTIMEO, millis);
  }

  private static int timeout(int fd, int option, long millis) {
    MemorySegment state = Native.capture();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(16, 8);
      time.set(JAVA_LONG, 0, millis / 1000);
      time.set(JAVA_LONG, 8, millis % 1000 * 1000);
      return Native.result(
          (int) SETSOCKOPT.invokeExact(state, fd, SOL_SOCKET, option, time, 16), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** bind or connect. */
  private static int named(MethodHandle call, int fd, String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > PATH_MAX) {
      return -ENAMETOOLONG;
    }
    if (bytes.length == 0) {
      return -ENOENT; // as of any file; to Linux it would be a name outside the file system
    }
    MemorySegment state = Native.capture();
    try (Arena arena = Arena.ofConfined()) {
      // struct sockaddr_un: family u16, then the path with its NUL
      MemorySegment address = arena.allocate(2L + bytes.length + 1, 2);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(bytes, 0, address, JAVA_BYTE, 2, bytes.length);
      int size = (int) address.byteSize();
      return Native.result((int) call.invokeExact(state, fd, address, size), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }
}
