// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Sockets;
import dev.annulus.ffi.Statx;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** The socket that a server listens at. */
final class ListenSocket implements AutoCloseable {
  private static final int S_IFSOCK = 0xc000;
  private static final int BACKLOG = 128;
  private static final long SHORTAGE_NANOS = 10_000_000;

  private final Path path;
  private final int fd;

  /**
   * A descriptor held back: when the process has no other left, it is given up for the moment that
   * it takes to accept a client and hang up on it. Otherwise the client would wait and we would
   * spin.
   */
  private int reserve;

  private ListenSocket(Path path, int fd) {
    this.path = path;
    this.fd = fd;
    reserve = openReserve();
  }

  static ListenSocket open(Path path) throws ErrnoException {
    int fd = ErrnoException.check("socket", Sockets.seqpacket(true));
    try {
      int bound = Sockets.bind(fd, path.toString());
      if (bound == -Errno.EADDRINUSE && removeStale(path)) {
        bound = Sockets.bind(fd, path.toString());
      }
      if (bound < 0) {
        throw new ErrnoException("listen at " + path + " (bind)", -bound, remedy(path, -bound));
      }
      int listening = Sockets.listen(fd, BACKLOG);
      if (listening < 0) {
        remove(path);
        throw new ErrnoException("listen at " + path, -listening);
      }
      return new ListenSocket(path, fd);
    } catch (ErrnoException | RuntimeException e) {
      Files.close(fd);
      throw e;
    }
  }

  private static String remedy(Path path, int errno) {
    return switch (errno) {
      case Errno.EADDRINUSE ->
          isSocket(path)
              ? "another host runs there; stop it, or choose another --socket"
              : "a file that is no socket is there; choose another --socket";
      case Errno.ENOENT -> "its directory does not exist; make it first";
      case Errno.EACCES, Errno.EROFS -> "its directory is not yours to write";
      case Errno.ENAMETOOLONG -> AttachSocket.TOO_LONG;
      default -> "";
    };
  }

  /** A socket whose server died stays behind: nobody answers there. Anything else is kept. */
  private static boolean removeStale(Path path) {
    if (!isSocket(path)) {
      return false; // connecting to an ordinary file is refused as well
    }
    int probe = Sockets.seqpacket(true);
    if (probe < 0) {
      return false;
    }
    int connected = Sockets.connect(probe, path.toString());
    Files.close(probe);
    if (connected != -Errno.ECONNREFUSED) {
      return false;
    }
    try {
      return java.nio.file.Files.deleteIfExists(path);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isSocket(Path path) {
    try {
      int mode = (int) java.nio.file.Files.getAttribute(path, "unix:mode", NOFOLLOW_LINKS);
      return (mode & Statx.S_IFMT) == S_IFSOCK;
    } catch (IOException e) {
      return false;
    }
  }

  int fd() {
    return fd;
  }

  /** Accepts one client; a negative answer means that there is none to serve now. */
  int accept() {
    if (reserve < 0) {
      reserve = openReserve();
    }
    int socket = Sockets.accept(fd);
    if (isShortage(socket) && isShortage(refuseOne())) {
      // Somebody else took the descriptor held back. The client stays in the backlog, so that epoll
      // tells of it without end: not to spin, let some time pass in which others may close theirs.
      LockSupport.parkNanos(SHORTAGE_NANOS);
    }
    return socket;
  }

  private static boolean isShortage(int result) {
    return switch (-result) {
      case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS -> true;
      default -> false;
    };
  }

  /** Hangs up on the client that waits longest, with the descriptor held back for it. */
  private int refuseOne() {
    if (reserve >= 0) {
      Files.close(reserve);
    }
    int refused = Sockets.accept(fd);
    if (refused >= 0) {
      Files.close(refused);
    }
    reserve = openReserve();
    return refused;
  }

  private static int openReserve() {
    return Files.open("/dev/null", Files.O_RDONLY, 0);
  }

  @Override
  public void close() {
    // While we still listen: nobody can have taken the path for stale and replaced it.
    remove(path);
    Files.close(fd);
    if (reserve >= 0) {
      Files.close(reserve);
    }
  }

  private static void remove(Path path) {
    try {
      java.nio.file.Files.deleteIfExists(path);
    } catch (IOException e) {
      // The path is of no use to anybody, and the next server replaces it.
    }
  }
}
