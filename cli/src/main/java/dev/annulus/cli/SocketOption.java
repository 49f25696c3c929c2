// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.ffi.Threads;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option {@code --socket}: where the host is. */
final class SocketOption {
  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = {
        "The host's Unix socket. Default: $XDG_RUNTIME_DIR/annulus/host.sock, or",
        "/tmp/annulus-UID/host.sock."
      })
  Path socket;

  private static SocketPath standard() {
    return new SocketPath(System.getenv("XDG_RUNTIME_DIR"), Path.of("/tmp"), Threads.euid());
  }

  Path forHost() throws CommandException, IOException {
    return SocketPath.check(socket == null ? standard().forHost() : socket);
  }

  Path forClient() throws CommandException, IOException {
    return SocketPath.check(socket == null ? standard().forClient() : socket);
  }
}
