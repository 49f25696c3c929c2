// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.Ring;
import dev.annulus.uring.Rings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Runs one reactor on a platform thread of its own: all that it owns is made, used and freed there,
 * because the kernel ring takes calls of one thread only.
 */
final class ReactorThread {
  private static final System.Logger LOG = System.getLogger("dev.annulus.scheme");

  private final Sleep.Check check;
  private final Host host;
  private final HostOptions options;
  private final List<SchemeFactory> schemes;
  private final CompletableFuture<Reactor> started = new CompletableFuture<>();
  private final Thread thread;

  private ReactorThread(
      int number, Host host, HostOptions options, List<SchemeFactory> schemes, Sleep.Check check) {
    this.check = check;
    this.host = host;
    this.options = options;
    this.schemes = schemes;
    thread = Thread.ofPlatform().name("annulus-reactor-" + number).unstarted(this::run);
  }

  /** Starts a reactor and waits until it serves. */
  static ReactorThread start(
      int number, Host host, HostOptions options, List<SchemeFactory> schemes, Sleep.Check check)
      throws IOException {
    ReactorThread made = new ReactorThread(number, host, options, schemes, check);
    made.thread.start();
    made.reactor();
    return made;
  }

  /** The reactor, once it serves. */
  Reactor reactor() throws IOException {
    try {
      return started.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a reactor starts", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("a reactor did not start", e.getCause());
    }
  }

  private void run() {
    try {
      serve();
    } catch (Throwable e) {
      if (!started.completeExceptionally(e)) {
        LOG.log(System.Logger.Level.ERROR, "a reactor failed; the host stops serving", e);
        host.failed();
      }
    }
  }

  private void serve() throws IOException {
    Arena arena = Arena.ofShared();
    int mailEvent = ErrnoException.check("eventfd", Events.eventfd(true));
    Ring ring;
    String fault;
    try {
      ring = Rings.open(options.ring());
    } catch (IOException | RuntimeException e) {
      Files.close(mailEvent);
      arena.close();
      throw e;
    }
    try {
      fault = check.run(ring);
    } catch (IOException | RuntimeException e) {
      ring.close();
      Files.close(mailEvent);
      arena.close();
      throw e;
    }
    if (!fault.isEmpty()) {
      LOG.log(System.Logger.Level.INFO, "idle clients are waited for by a thread: " + fault);
    }
    Reactor reactor = new Reactor(host, options, ring, fault, mailEvent, arena);
    try {
      reactor.open(schemes);
      started.complete(reactor);
      reactor.run();
    } finally {
      reactor.close();
    }
  }

  /** Asks the reactor to end after its last client, and waits until it has. */
  void stop() {
    if (started.isDone() && !started.isCompletedExceptionally()) {
      Reactor reactor = started.join();
      if (thread.isAlive()) {
        reactor.tell(reactor::stop);
      }
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
