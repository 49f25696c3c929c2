// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ffi.Messages;
import dev.annulus.ffi.Sockets;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The sockets of clients, attached or about to attach. Socket thread only, but for askEnd. */
final class Connections implements AutoCloseable {
  /** Keys below are the server's own descriptors. */
  private static final long FIRST_KEY = 16;

  /** Sockets that have not said HELLO; the oldest goes when there are more. */
  private static final int MAX_SILENT = 64;

  private final int epoll;
  private final ServerOptions options;
  private final PeerServer.Handler handler;
  private final Arena arena = Arena.ofShared();
  private final Messages messages = new Messages(arena, AttachMessage.CAPACITY);
  private final Map<Long, Connection> all = new LinkedHashMap<>();
  private final ConcurrentLinkedQueue<EndRequest> asked = new ConcurrentLinkedQueue<>();
  private long nextKey = FIRST_KEY;
  private int sessions;
  private int nextSession;

  Connections(int epoll, ServerOptions options, PeerServer.Handler handler) {
    this.epoll = epoll;
    this.options = options;
    this.handler = handler;
  }

  private record EndRequest(PeerSession session, int errno, String reason) {}

  /** One socket; its session is null until it has attached. */
  private static final class Connection {
    final long key;
    final int socket;
    PeerSession session;

    Connection(long key, int socket) {
      this.key = key;
      this.socket = socket;
    }
  }

  void add(int socket) {
    if (all.size() - sessions >= MAX_SILENT) {
      all.values().stream().filter(c -> c.session == null).findFirst().ifPresent(this::drop);
    }
    Connection connection = new Connection(nextKey++, socket);
    int added = Events.add(epoll, socket, Events.EPOLLIN | Events.EPOLLRDHUP, connection.key);
    if (added < 0) {
      Files.close(socket);
      return;
    }
    all.put(connection.key, connection);
  }

  void event(long key, int events) {
    Connection connection = all.get(key);
    if (connection == null) {
      return;
    }
    if ((events & Events.EPOLLIN) != 0) {
      message(connection);
    } else if ((events & (Events.EPOLLHUP | Events.EPOLLRDHUP | Events.EPOLLERR)) != 0) {
      drop(connection);
    }
  }

  private void message(Connection connection) {
    long length = messages.receive(connection.socket);
    if (length == -Errno.EAGAIN || length == -Errno.EINTR) {
      return;
    }
    if (length == -Errno.EMSGSIZE) {
      bye(connection, Errno.EPROTO, "message is too long or has too many descriptors");
      return;
    }
    if (length == -Errno.EMFILE && connection.session != null) {
      // Ours is the lack, and others may have caused it: the session goes on without the region.
      shared(connection, -Errno.EMFILE);
      return;
    }
    if (length <= 0) {
      drop(connection);
      return;
    }
    int type = AttachMessage.type(messages.body(), length);
    if (type == AttachMessage.HELLO && connection.session == null) {
      messages.closeDescriptors();
      hello(connection);
    } else if (type == AttachMessage.SHARE && connection.session != null) {
      share(connection);
    } else if (type == AttachMessage.TAKE && connection.session != null) {
      messages.closeDescriptors();
      take(connection);
    } else {
      messages.closeDescriptors();
      String what = "message of type " + type + " and " + length + " bytes is not of version ";
      bye(connection, Errno.EPROTO, what + AttachMessage.VERSION + " or out of place");
    }
  }

  private void hello(Connection connection) {
    Sockets.Credentials credentials = Sockets.credentials(connection.socket);
    if (credentials == null || !options.allow().test(ServerOptions.Caller.of(credentials))) {
      refuse(connection, Errno.EACCES, "this host does not serve your user");
      return;
    }
    if (sessions == options.maxSessions()) {
      refuse(connection, Errno.EUSERS, "this host serves " + sessions + " clients already");
      return;
    }
    int wanted = AttachMessage.intAt(messages.body(), AttachMessage.CREDIT);
    int credit = Math.clamp(wanted, 1, options.maxCredit());
    boolean mayRelax = AttachMessage.mayRelax(messages.body());
    boolean sqArray = AttachMessage.sqArray(messages.body());
    ServerOptions.Caller caller = ServerOptions.Caller.of(credentials);
    PeerSession session;
    try {
      session =
          new PeerSession.Builder(nextSession++, caller, credit, mayRelax, sqArray, options)
              .build();
    } catch (ErrnoException e) {
      refuse(connection, e.errno(), "this host has no memory or descriptors for you: " + e);
      return;
    }
    if (session.welcome(connection.socket, messages) < 0) {
      session.free();
      drop(connection);
      return;
    }
    connection.session = session;
    sessions++;
    handler.attached(session);
  }

  private void share(Connection connection) {
    int region = -Errno.EBADF;
    if (messages.fdCount() == 1) {
      long size = AttachMessage.longAt(messages.body(), AttachMessage.REGION_SIZE);
      region = connection.session.addRegion(messages.fd(0), size, options);
    }
    messages.closeDescriptors();
    shared(connection, region);
  }

  /** Answers SHARE with a region's number or {@code -errno}. */
  private void shared(Connection connection, int region) {
    AttachMessage.begin(messages.body(), AttachMessage.SHARED);
    int length = AttachMessage.SIZE;
    if (region < 0) {
      length = AttachMessage.fail(messages.body(), -region, refused(connection.session, -region));
    } else {
      AttachMessage.intAt(messages.body(), AttachMessage.REGION, region);
    }
    if (messages.send(connection.socket, length) < 0) {
      drop(connection);
    }
  }

  private String refused(PeerSession session, int errno) {
    return switch (errno) {
      case Errno.EDQUOT -> session.quota(options);
      case Errno.EPERM, Errno.EINVAL ->
          "a region is a memfd of the stated size, sealed against change";
      case Errno.EMFILE -> "this host has no descriptors left for it; try again";
      default -> "the host could not map it";
    };
  }

  private void take(Connection connection) {
    int ticket = AttachMessage.intAt(messages.body(), AttachMessage.REGION);
    long sent;
    try (PeerEnd end = connection.session.offers().take(ticket)) {
      AttachMessage.begin(messages.body(), AttachMessage.TAKEN);
      if (end == null) {
        String text = "no ticket " + ticket + ": tickets are of OFFER, each for one TAKE";
        int length = AttachMessage.fail(messages.body(), Errno.ENOENT, text);
        sent = messages.send(connection.socket, length);
      } else {
        sent = end.send(connection.socket, messages);
      }
    }
    if (sent < 0) {
      drop(connection);
    }
  }

  private void refuse(Connection connection, int errno, String why) {
    AttachMessage.begin(messages.body(), AttachMessage.WELCOME);
    messages.send(connection.socket, AttachMessage.fail(messages.body(), errno, why));
    drop(connection);
  }

  private void bye(Connection connection, int errno, String why) {
    AttachMessage.begin(messages.body(), AttachMessage.GOODBYE);
    messages.send(connection.socket, AttachMessage.fail(messages.body(), errno, why));
    drop(connection);
  }

  /** Hangs up on whoever has this key, if anybody has. */
  void drop(long key) {
    messages.closeDescriptors();
    Connection connection = all.get(key);
    if (connection != null) {
      drop(connection);
    }
  }

  /** Hangs up, and tells the handler where a session was attached. */
  private void drop(Connection connection) {
    all.remove(connection.key);
    Events.remove(epoll, connection.socket);
    Files.close(connection.socket);
    if (connection.session != null) {
      sessions--;
      connection.session.end();
      handler.gone(connection.session);
    }
  }

  /** From any thread: end a session soon; the caller then signals the socket thread. */
  void askEnd(PeerSession session, int errno, String reason) {
    asked.add(new EndRequest(session, errno, reason));
  }

  void endAsked() {
    EndRequest request;
    while ((request = asked.poll()) != null) {
      PeerSession session = request.session;
      for (Connection connection : List.copyOf(all.values())) {
        if (connection.session == session) {
          bye(connection, request.errno, request.reason);
        }
      }
    }
  }

  void endAll() {
    for (Connection connection : new ArrayList<>(all.values())) {
      bye(connection, Errno.ESHUTDOWN, "the host was stopped");
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
