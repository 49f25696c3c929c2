// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.annulus.peer.PeerServer;
import dev.annulus.peer.PeerSession;
import dev.annulus.peer.ServerOptions;
import dev.annulus.ring.Errno;
import dev.annulus.ring.RingViolationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A listener whose sessions the test serves on its own thread, with a dispatcher. */
final class Sessions implements PeerServer.Handler, AutoCloseable {
  private final PeerServer server;
  private final BlockingQueue<PeerSession> attached = new LinkedBlockingQueue<>();
  private final BlockingQueue<PeerSession> gone = new LinkedBlockingQueue<>();

  Sessions(Path socket, ServerOptions options) throws IOException {
    server = PeerServer.listen(socket, options, this);
  }

  @Override
  public void attached(PeerSession session) {
    attached.add(session);
  }

  @Override
  public void gone(PeerSession session) {
    gone.add(session);
  }

  PeerSession next() {
    return taken(attached);
  }

  PeerSession gone() {
    return taken(gone);
  }

  private static PeerSession taken(BlockingQueue<PeerSession> sessions) {
    try {
      PeerSession session = sessions.poll(30, SECONDS);
      assertNotNull(session, "no client came or went");
      return session;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** As a reactor does with a client that broke the protocol. */
  void violated(Context context, RingViolationException violation) {
    context.ended = true;
    server.end(context.session, Errno.EPROTO, "protocol violation: " + violation.getMessage());
  }

  @Override
  public void close() {
    server.close();
  }
}
