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
  private boolean closed;

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
    try {
      wake = ErrnoException.check("eventfd", Events.eventfd(true));
    } catch (ErrnoException e) {
      Files.close(epoll);
      throw e;
    }
    connections = new Connections(epoll, options, handler);
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
    PeerServer server;
    try {
      server = new PeerServer(listener, options, handler);
    } catch (ErrnoException e) {
      listener.close();
      throw e;
    }
    try {
      ErrnoException.check("epoll_ctl", server.watch(listener.fd(), LISTENER));
      ErrnoException.check("epoll_ctl", server.watch(server.wake, WAKE));
      server.thread.start();
      return server;
    } catch (ErrnoException e) {
      server.connections.close();
      server.closeDescriptors();
      throw e;
    }
  }

  private int watch(int fd, long key) {
    return Events.add(epoll, fd, Events.EPOLLIN, key);
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
    wakeUp();
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = Events.buffer(arena, EVENTS_AT_ONCE);
      while (!closing) {
        int count = Events.await(epoll, buffer, -1);
        for (int i = 0; i < count; i++) {
          guarded(Events.data(buffer, i), Events.events(buffer, i));
        }
      }
      connections.endAll();
    } finally {
      connections.close();
    }
  }

  /** A fault of the handler, or of a JVM that is short of something, costs one client, not all. */
  private void guarded(long key, int events) {
    try {
      event(key, events);
    } catch (RuntimeException | Error fault) {
      tell(fault);
      try {
        connections.drop(key);
      } catch (RuntimeException | Error again) {
        tell(again); // the client's next event, such as its end, tries again
      }
    }
  }

  private void tell(Throwable fault) {
    thread.getUncaughtExceptionHandler().uncaughtException(thread, fault);
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

  /** Synchronized with closing: the descriptor's number may then be somebody else's. */
  private synchronized void wakeUp() {
    if (!closed) {
      Events.signal(wake);
    }
  }

  /**
   * Ends all sessions, stops listening, and removes the socket's path. A second call does nothing.
   *
   * @throws IllegalStateException where the handler calls it, on the thread that it has to wait for
   */
  @Override
  public void close() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("a handler cannot close its server: do it on another thread");
    }
    closing = true;
    wakeUp();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    closeDescriptors();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void closeDescriptors() {
    if (!closed) {
      closed = true;
      listener.close();
      Files.close(wake);
      Files.close(epoll);
    }
  }
}
