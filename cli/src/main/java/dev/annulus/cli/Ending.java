// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.scheme.Host;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Waits for what ends a host: its failure, the end of a parent process, or a signal. After a signal
 * the host is closed while the process ends, so that clients are told and the socket goes.
 */
final class Ending implements AutoCloseable {
  private static final int SECONDS_TO_CLOSE = 10;

  private final Host host;
  private final ServedDevices devices;
  private final LinkedBlockingQueue<Reason> reasons = new LinkedBlockingQueue<>();
  private final Thread hook = new Thread(this::signalled, "annulus-ending");

  /** What ended the host. */
  enum Reason {
    /** A reactor failed. */
    FAILURE,

    /** Nobody is at the other end of standard input any more. */
    STDIN
  }

  Ending(Host host, ServedDevices devices) {
    this.host = host;
    this.devices = devices;
    daemon("annulus-failure", this::awaitFailure);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private static Thread daemon(String name, Runnable task) {
    return Thread.ofPlatform().daemon().name(name).start(task);
  }

  private void awaitFailure() {
    try {
      host.awaitFailure();
      reasons.add(Reason.FAILURE);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; if somebody did, it would be to end it.
    }
  }

  /** Ends the host when a stream ends, as a pipe does whose writer is gone. */
  void whenEnds(InputStream stream) {
    daemon("annulus-stdin", () -> readToEnd(stream));
  }

  private void readToEnd(InputStream stream) {
    try (OutputStream nowhere = OutputStream.nullOutputStream()) {
      stream.transferTo(nowhere);
    } catch (IOException e) {
      // As good as its end.
    }
    reasons.add(Reason.STDIN);
  }

  Reason await() throws InterruptedException {
    return reasons.take();
  }

  private void signalled() {
    Thread closing = daemon("annulus-closing", this::closeAll);
    try {
      if (!closing.join(Duration.ofSeconds(SECONDS_TO_CLOSE))) {
        System.err.println(
            "annulus: the host did not end within " + SECONDS_TO_CLOSE + " s; it is cut off");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeAll() {
    host.close();
    try {
      devices.close();
    } catch (IOException e) {
      System.err.println("annulus: closing nvme: " + e.getMessage());
    }
  }

  /** The caller closes host and devices itself: no signal arrived. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook closes them.
    }
  }
}
