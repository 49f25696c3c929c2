// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where a host listens if the user does not say: in a directory that nobody else can write to, so
 * that nobody else can put a host of his own in its place.
 */
final class SocketPath {
  /** {@code sun_path} holds 108 bytes with a NUL at the end; {@code unix(7)}. */
  static final int LONGEST = 107;

  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");
  private static final String NAME = "host.sock";

  private final Path directory;
  private final int uid;

  /**
   * Decides on the directory.
   *
   * @param runtime {@code XDG_RUNTIME_DIR}, or null
   * @param temporary {@code /tmp}
   * @param uid the effective user
   */
  SocketPath(String runtime, Path temporary, int uid) {
    this.uid = uid;
    // After sudo the variable may still name another user's directory.
    directory =
        runtime != null && !runtime.isEmpty() && isOwn(Path.of(runtime))
            ? Path.of(runtime, "annulus")
            : temporary.resolve("annulus-" + uid);
  }

  private boolean isOwn(Path path) {
    try {
      return Files.isDirectory(path) && owner(path) == uid;
    } catch (IOException e) {
      return false;
    }
  }

  private static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  Path path() {
    return directory.resolve(NAME);
  }

  /** Makes the directory if it is not there, and checks that it is the user's alone. */
  Path forHost() throws CommandException, IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
    }
    return forClient();
  }

  /** Checks that the directory, if it is there, is the user's alone. */
  Path forClient() throws CommandException, IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      check();
    }
    return path();
  }

  private void check() throws CommandException, IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        || owner(directory) != uid
        || !PRIVATE.containsAll(
            Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS))) {
      throw new CommandException(
          ExitCode.DENIED,
          directory
              + " must be a directory of yours with mode 0700, or others could put a host there;"
              + " remove it, or choose another place with --socket");
    }
  }

  /** Refuses a path that no socket can have. */
  static Path check(Path socket) throws CommandException {
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST) {
      throw new CommandException(
          ExitCode.USAGE,
          "the path of a socket has at most "
              + LONGEST
              + " bytes, this has "
              + length
              + ": "
              + socket);
    }
    return socket;
  }
}
