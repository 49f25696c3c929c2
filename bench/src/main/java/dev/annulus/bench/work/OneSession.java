// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.peer.PeerServer;
import dev.annulus.peer.PeerSession;
import dev.annulus.peer.ServerOptions;
import dev.annulus.ring.ErrnoException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A peer server for one client, whose session is served by the caller's thread. */
final class OneSession implements PeerServer.Handler {
  private final CompletableFuture<PeerSession> session = new CompletableFuture<>();
  private volatile boolean gone;

  private OneSession() {}

  /** Listens at a path. */
  static OneSession listen(Path socket) throws ErrnoException {
    OneSession made = new OneSession();
    ServerOptions options =
        new ServerOptions(1, 1 << 15, 1, 1L << 30, ServerOptions.DEFAULT.allow(), 0);
    // Never closed: it ends with the process.
    PeerServer.listen(socket, options, made);
    return made;
  }

  @Override
  public void attached(PeerSession attached) {
    session.complete(attached);
  }

  @Override
  public void gone(PeerSession ended) {
    gone = true;
  }

  /** The client's session; waits for the client. */
  PeerSession session() {
    return session.join();
  }

  /**
   * To be called now and then while spinning.
   *
   * @throws IllegalStateException where the client is gone
   */
  void check() {
    if (gone) {
      throw new IllegalStateException("the other process is gone");
    }
  }
}
