// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;

/** Closes what was added, the last first: at the end, or when a signal ends the process. */
final class Cleanup implements AutoCloseable {
  private final Deque<AutoCloseable> things = new ArrayDeque<>();
  private final Thread hook = new Thread(this::signalled, "annulus-cleanup");
  private boolean closed;

  Cleanup() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Adds a thing; closes it at once where the end has come already. */
  synchronized <T extends AutoCloseable> T add(T thing) throws IOException {
    things.push(thing);
    if (closed) {
      closeAll();
    }
    return thing;
  }

  private void signalled() {
    try {
      closeAll();
    } catch (IOException e) {
      System.err.println("annulus: cleaning up: " + e.getMessage());
    }
  }

  private synchronized void closeAll() throws IOException {
    closed = true;
    IOException failure = null;
    while (!things.isEmpty()) {
      try {
        things.pop().close();
      } catch (Exception e) {
        failure = failure == null ? new IOException(e.getMessage(), e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() throws IOException {
    closeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // A signal ends the process. What failed because of it is not worth a message.
      awaitEnd();
    }
  }

  private static void awaitEnd() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
