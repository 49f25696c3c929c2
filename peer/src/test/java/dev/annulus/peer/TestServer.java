// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.annulus.ring.ErrnoException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A server whose sessions the test serves itself, on its own thread. */
final class TestServer implements PeerServer.Handler, AutoCloseable {
  final PeerServer server;
  private final BlockingQueue<PeerSession> attached = new LinkedBlockingQueue<>();
  private final BlockingQueue<PeerSession> gone = new LinkedBlockingQueue<>();
  private final List<PeerSession> freed = new ArrayList<>();

  TestServer(Path path, ServerOptions options) throws ErrnoException {
    server = PeerServer.listen(path, options, this);
  }

  @Override
  public void attached(PeerSession session) {
    attached.add(session);
  }

  @Override
  public void gone(PeerSession session) {
    gone.add(session);
  }

  /** The next session that attached. */
  PeerSession attached() throws InterruptedException {
    PeerSession session = attached.poll(20, SECONDS);
    assertNotNull(session, "no client attached");
    return session;
  }

  /** Waits until this session is gone; it is freed with the server. */
  void ended(PeerSession session) {
    Proc.await(() -> "the client does not go", () -> gone.contains(session));
  }

  /** The next session that is gone; frees it. */
  PeerSession gone() throws InterruptedException {
    PeerSession session = gone.poll(20, SECONDS);
    assertNotNull(session, "no client went");
    session.free();
    return session;
  }

  /** Whether no client attached or went that the test has not asked about. */
  boolean quiet() {
    return attached.isEmpty() && gone.isEmpty();
  }

  @Override
  public void close() {
    server.close();
    gone.drainTo(freed);
    freed.forEach(PeerSession::free);
  }
}
