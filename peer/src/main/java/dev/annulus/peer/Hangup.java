// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * One thread a process that learns from the kernel when the server of any attached ring is gone,
 * and tells whoever waits for the ring; so a sleeper needs no time-out. Asleep until then; started
 * for the first ring, and ended with the last, because a JVM that exits waits for threads that are
 * in a system call.
 */
final class Hangup {
  private static final int EVENTS_AT_ONCE = 16;
  private static final long WAKE = 0;

  private static Hangup instance;

  private final int epoll;
  private final int wake;
  private final Thread thread;
  private final Map<Long, Waiter> waiters = new HashMap<>();
  private long lastKey = WAKE;
  private volatile boolean ending;

  private Hangup() throws ErrnoException {
    epoll = ErrnoException.check("epoll_create1", Events.epoll());
    wake = Events.eventfd(true);
    int added = wake < 0 ? wake : Events.add(epoll, wake, Events.EPOLLIN, WAKE);
    if (added < 0) {
      closeDescriptors();
      throw new ErrnoException(wake < 0 ? "eventfd" : "epoll_ctl", -added);
    }
    thread = Thread.ofPlatform().daemon().name("annulus-hangup").start(this::run);
  }

  private void closeDescriptors() {
    Files.close(epoll);
    if (wake >= 0) {
      Files.close(wake);
    }
  }

  /** What {@link #watch} answers: to be closed while the socket is open. */
  record Watch(Hangup hangup, int socket, long key) implements AutoCloseable {
    /** Stops watching; the waiter is not told anything afterwards. */
    @Override
    public void close() {
      hangup.forget(socket, key);
    }
  }

  /** Tells the waiter when the socket hangs up. */
  static synchronized Watch watch(int socket, Waiter waiter) throws ErrnoException {
    if (instance == null) {
      instance = new Hangup();
    }
    return instance.add(socket, waiter);
  }

  private Watch add(int socket, Waiter waiter) throws ErrnoException {
    long key = ++lastKey;
    synchronized (waiters) {
      waiters.put(key, waiter);
    }
    // Once: until its owner closes it, a socket that hung up would be ready all the time.
    int added = Events.add(epoll, socket, Events.EPOLLRDHUP | Events.EPOLLONESHOT, key);
    if (added < 0) {
      forget(socket, key);
      throw new ErrnoException("epoll_ctl", -added);
    }
    return new Watch(this, socket, key);
  }

  private void forget(int socket, long key) {
    synchronized (Hangup.class) {
      Events.remove(epoll, socket);
      synchronized (waiters) {
        waiters.remove(key);
      }
      if (waiters.isEmpty()) {
        instance = null;
        end();
      }
    }
  }

  /** The thread is done at once; nobody else uses the descriptors any more. */
  private void end() {
    ending = true;
    Events.signal(wake);
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

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = Events.buffer(arena, EVENTS_AT_ONCE);
      while (!ending) {
        int count = Events.await(epoll, buffer, -1);
        for (int i = 0; i < count; i++) {
          tell(Events.data(buffer, i));
        }
      }
    }
  }

  private void tell(long key) {
    synchronized (waiters) {
      Waiter waiter = waiters.get(key);
      if (waiter != null) {
        waiter.end();
      }
    }
  }
}
