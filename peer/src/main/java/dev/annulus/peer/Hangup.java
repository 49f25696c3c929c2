// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ffi.Futex;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;

/**
 * One thread a process that learns from the kernel when the server of any attached ring is gone. It
 * sets the ring's word and wakes whoever sleeps on it; so a sleeper needs no time-out. Asleep until
 * then; started for the first ring, and ended with the last, because a JVM that exits waits for
 * threads that are in a system call.
 */
final class Hangup {
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();
  private static final int EVENTS_AT_ONCE = 16;
  private static final long WAKE = 0;

  private static Hangup instance;

  private final int epoll;
  private final int wake;
  private final Thread thread;
  private final Map<Long, MemorySegment> words = new HashMap<>();
  private long lastKey = WAKE;
  private volatile boolean ending;

  private Hangup() throws ErrnoException {
    epoll = ErrnoException.check("epoll_create1", Events.epoll());
    wake = Events.eventfd(true);
    int added = wake < 0 ? wake : Events.add(epoll, wake, Events.EPOLLIN, WAKE);
    if (added < 0) {
      closeDescriptors();
      throw new ErrnoException("eventfd", -added);
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
    /** Stops watching; the word is not touched afterwards. */
    @Override
    public void close() {
      hangup.forget(socket, key);
    }
  }

  /** Sets the word to 1 and wakes its sleepers when the socket hangs up. */
  static synchronized Watch watch(int socket, MemorySegment word) throws ErrnoException {
    if (instance == null) {
      instance = new Hangup();
    }
    return instance.add(socket, word);
  }

  private Watch add(int socket, MemorySegment word) throws ErrnoException {
    long key = ++lastKey;
    synchronized (words) {
      words.put(key, word);
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
      synchronized (words) {
        words.remove(key);
      }
      if (words.isEmpty()) {
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

  /** Whether the word says that the other end is gone. */
  static boolean gone(MemorySegment word) {
    // Acquire: pairs with the release in tell; what the server left in the ring is visible.
    return (int) WORD.getAcquire(word, 0L) != 0;
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
    synchronized (words) {
      MemorySegment word = words.get(key);
      if (word != null && !gone(word)) {
        WORD.setRelease(word, 0L, 1);
        Futex.wake(word.address(), Integer.MAX_VALUE);
      }
    }
  }
}
