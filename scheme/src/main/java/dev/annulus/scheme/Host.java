// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.annulus.peer.PeerServer;
import dev.annulus.peer.PeerSession;
import dev.annulus.ring.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Serves schemes to clients in other processes.
 *
 * <p>Each client belongs to one reactor, given out in turn. All methods may be called from any
 * thread.
 */
public final class Host implements AutoCloseable {
  private static final int FINISH_SECONDS = 5;
  private static final String FAILED = "the host failed; see its log";

  private final List<ReactorThread> threads = new ArrayList<>();
  private final List<Reactor> reactors = new ArrayList<>();
  private final Map<PeerSession, Reactor> homes = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private PeerServer server;
  private int next;
  private boolean closed;

  private Host() {}

  /**
   * Starts the reactors, then listens for clients.
   *
   * @param options how to run
   * @param schemes what to serve; {@code sys:}, the host's own counters, is there always
   * @return the running host
   * @throws IOException where a scheme cannot be served or the socket cannot be made
   */
  public static Host start(HostOptions options, List<SchemeFactory> schemes) throws IOException {
    return start(options, schemes, Sleep.REAL);
  }

  /** The same with another check of the ring's futex waits. */
  static Host start(HostOptions options, List<SchemeFactory> schemes, Sleep.Check check)
      throws IOException {
    Host host = new Host();
    try {
      for (int i = 0; i < options.reactors(); i++) {
        ReactorThread thread = ReactorThread.start(i, host, options, schemes, check);
        host.threads.add(thread);
        host.reactors.add(thread.reactor());
      }
      host.server = PeerServer.listen(options.socket(), options.server(), host.new Sessions());
      return host;
    } catch (IOException | RuntimeException e) {
      host.close();
      throw e;
    }
  }

  /** Hands what the socket thread learns to the reactor that it concerns. */
  private final class Sessions implements PeerServer.Handler {
    @Override
    public void attached(PeerSession session) {
      Reactor reactor = reactors.get(next++ % reactors.size());
      homes.put(session, reactor);
      if (!reactor.tell(() -> reactor.attach(session))) {
        end(session, Errno.EIO, FAILED);
      }
    }

    @Override
    public void gone(PeerSession session) {
      homes.remove(session).gone(session);
    }
  }

  /** Ends the session of a client that broke the protocol. */
  void end(PeerSession session, int errno, String reason) {
    server.end(session, errno, reason);
  }

  /** A reactor is lost: its clients are told at once, and whoever waits for the host's end. */
  void failed() {
    homes.keySet().forEach(session -> end(session, Errno.EIO, FAILED));
    failure.complete(null);
  }

  /**
   * Waits until the host fails; a host that works never lets go.
   *
   * @throws InterruptedException where the waiting thread is interrupted
   */
  public void awaitFailure() throws InterruptedException {
    try {
      failure.get();
    } catch (ExecutionException e) {
      throw new AssertionError("a failure is told plainly", e);
    }
  }

  /**
   * What the host counted since it started, as JSON. The numbers of different reactors are not of
   * one instant.
   *
   * @return an object with a member for each reactor
   */
  public String counters() {
    StringBuilder json = new StringBuilder("{\"reactors\": [");
    for (int i = 0; i < reactors.size(); i++) {
      json.append(i == 0 ? "" : ", ").append(reactors.get(i).counters());
    }
    return json.append("]}").toString();
  }

  /**
   * Finishes what clients have submitted, tells all clients, then frees everything.
   *
   * <p>Operations in progress have 200 ms to complete; those that wait for longer, such as a read
   * of an empty pipe, are cancelled, and complete with {@code ECANCELED}. Clients find their
   * completions in their rings, and after them {@link dev.annulus.peer.PeerGoneException}. Blocks
   * for as long as the kernel or a device needs to finish or cancel what it was given.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (server != null) {
      finish();
      server.close();
    }
    threads.forEach(ReactorThread::stop);
  }

  /** Bounded: a scheme or a kernel that does not cancel must not keep the clients in the dark. */
  private void finish() {
    if (failure.isDone()) {
      return;
    }
    CompletableFuture<?>[] done =
        reactors.stream()
            .map(reactor -> {
              CompletableFuture<Void> one = new CompletableFuture<>();
              reactor.tell(() -> reactor.finish(one));
              return one;
            })
            .toArray(CompletableFuture[]::new);
    CompletableFuture.anyOf(CompletableFuture.allOf(done), failure)
        .completeOnTimeout(null, FINISH_SECONDS, SECONDS)
        .join();
  }
}
