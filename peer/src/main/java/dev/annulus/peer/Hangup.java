// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Futex;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One thread a process that learns from the kernel when the server of any attached ring is gone. It
 * sets the ring's word and wakes whoever sleeps on it; so a sleeper needs no time-out. Asleep until
 * then.
 */
final class Hangup {
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();
  private static final int EVENTS_AT_ONCE = 16;

  private static Hangup instance;

  private final int epoll;
  private final Map<Long, MemorySegment> words = new ConcurrentHashMap<>();
  private final AtomicLong keys = new AtomicLong();

  private Hangup() throws ErrnoException {
    epoll = ErrnoException.check("epoll_create1", Events.epoll());
    Thread.ofPlatform().daemon().name("annulus-hangup").start(this::run);
  }

  /** The process's watcher, started on first use and kept. */
  static synchronized Hangup watcher() throws ErrnoException {
    if (instance == null) {
      instance = new Hangup();
    }
    return instance;
  }

  /** Sets the word to 1 and wakes its sleepers when the socket hangs up. Answers a key. */
  long watch(int socket, MemorySegment word) throws ErrnoException {
    long key = keys.incrementAndGet();
    words.put(key, word);
    // Once: until its owner closes it, a socket that hung up would be ready all the time.
    int added = Events.add(epoll, socket, Events.EPOLLRDHUP | Events.EPOLLONESHOT, key);
    if (added < 0) {
      words.remove(key);
      throw new ErrnoException("epoll_ctl", -added);
    }
    return key;
  }

  /** Stops watching; the socket must still be open. The word is not touched afterwards. */
  void forget(int socket, long key) {
    Events.remove(epoll, socket);
    synchronized (words) {
      words.remove(key);
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
      while (true) {
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
