// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Listens at a Unix socket for clients to attach, and notices when they are gone.
 *
 * <p>One thread waits for the sockets and does all that happens on them; it never blocks on a
 * client, and sleeps while nothing happens. It calls the {@link Handler}. {@link #end} and {@link
 * #close} may be called from any thread.
 */
public final class PeerServer implements AutoCloseable {
  private static final long LISTENER = 0;
  private static final long WAKE = 1;
  private static final int EVENTS_AT_ONCE = 64;

  private final ListenSocket listener;
  private final int epoll;
  private final int wake;
  private final Connections connections;
  private final Thread thread;
  private volatile boolean closing;

  /** What a server is told, on the socket thread: to be handed on, not worked on. */
  public interface Handler {
    /**
     * A client attached.
     *
     * @param session its session; the handler's to serve until it is gone
     */
    void attached(PeerSession session);

    /**
     * A client is gone: closed, killed, or ended by {@link PeerServer#end}. Told once a session.
     *
     * @param session its session; to be freed once nothing uses it
     */
    void gone(PeerSession session);
  }

  private PeerServer(ListenSocket listener, ServerOptions options, Handler handler)
      throws ErrnoException {
    this.listener = listener;
    epoll = ErrnoException.check("epoll_create1", Events.epoll());
    wake = ErrnoException.check("eventfd", Events.eventfd(true));
    connections = new Connections(epoll, options, handler);
    ErrnoException.check("epoll_ctl", Events.add(epoll, listener.fd(), Events.EPOLLIN, LISTENER));
    ErrnoException.check("epoll_ctl", Events.add(epoll, wake, Events.EPOLLIN, WAKE));
    thread = Thread.ofPlatform().daemon().name("annulus-sockets").unstarted(this::run);
  }

  /**
   * Listens at a path and starts the socket thread.
   *
   * @param path the Unix socket to make; a stale one, where nobody listens any more, is replaced
   * @param options what clients are allowed
   * @param handler told of clients
   * @return the server
   * @throws ErrnoException where the socket cannot be made or another server listens there
   */
  public static PeerServer listen(Path path, ServerOptions options, Handler handler)
      throws ErrnoException {
    ListenSocket listener = ListenSocket.open(path);
    try {
      PeerServer server = new PeerServer(listener, options, handler);
      server.thread.start();
      return server;
    } catch (ErrnoException e) {
      listener.close();
      throw e;
    }
  }

  /**
   * Ends a session: the client is told why, then hung up on; {@link Handler#gone} follows.
   *
   * @param session which
   * @param errno what kind of reason, positive
   * @param reason what the client is told
   */
  public void end(PeerSession session, int errno, String reason) {
    connections.askEnd(session, errno, reason);
    Events.signal(wake);
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = Events.buffer(arena, EVENTS_AT_ONCE);
      while (!closing) {
        int count = Events.await(epoll, buffer, -1);
        for (int i = 0; i < count; i++) {
          event(Events.data(buffer, i), Events.events(buffer, i));
        }
      }
      connections.endAll();
    } finally {
      connections.close();
    }
  }

  private void event(long key, int events) {
    if (key == LISTENER) {
      accept();
    } else if (key == WAKE) {
      Events.drain(wake);
      connections.endAsked();
    } else {
      connections.event(key, events);
    }
  }

  private void accept() {
    int socket = listener.accept();
    if (socket >= 0) {
      connections.add(socket);
    }
  }

  /** Ends all sessions, stops listening, and removes the socket's path. */
  @Override
  public void close() {
    closing = true;
    Events.signal(wake);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    listener.close();
    Files.close(wake);
    Files.close(epoll);
  }
}
