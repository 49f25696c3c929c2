// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Sockets;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;

/** The socket that a server listens at. */
final class ListenSocket implements AutoCloseable {
  private static final int BACKLOG = 128;

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
        throw new ErrnoException("listen at " + path, -bound, remedy(-bound));
      }
      ErrnoException.check("listen at " + path, Sockets.listen(fd, BACKLOG));
      return new ListenSocket(path, fd);
    } catch (ErrnoException | RuntimeException e) {
      Files.close(fd);
      throw e;
    }
  }

  private static String remedy(int errno) {
    return switch (errno) {
      case Errno.EADDRINUSE -> "another host runs there; stop it, or choose another --socket";
      case Errno.ENOENT -> "its directory does not exist; make it first";
      case Errno.EACCES, Errno.EROFS -> "its directory is not yours to write";
      default -> "";
    };
  }

  /** A socket whose server died stays behind: nobody answers there. Anything else is kept. */
  private static boolean removeStale(Path path) {
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

  int fd() {
    return fd;
  }

  /** Accepts one client; a negative answer means that there is none to serve now. */
  int accept() {
    int socket = Sockets.accept(fd);
    if (socket == -Errno.EMFILE || socket == -Errno.ENFILE) {
      Files.close(reserve);
      int refused = Sockets.accept(fd);
      if (refused >= 0) {
        Files.close(refused);
      }
      reserve = openReserve();
    }
    return socket;
  }

  private static int openReserve() {
    return Files.open("/dev/null", Files.O_RDONLY, 0);
  }

  @Override
  public void close() {
    Files.close(fd);
    Files.close(reserve);
    try {
      java.nio.file.Files.deleteIfExists(path);
    } catch (IOException e) {
      // The path is of no use to anybody, and the next server replaces it.
    }
  }
}
