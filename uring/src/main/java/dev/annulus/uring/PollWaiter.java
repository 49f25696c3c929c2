// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A thread that polls the descriptors of the stand-in's POLL_ADD ({@code epoll(7)}). */
final class PollWaiter implements AutoCloseable {
  private static final long WAKE = 0;
  private static final int AT_ONCE = 16;

  private final PoolCompletions completions;
  private final Map<Long, PoolTask> tasks = new ConcurrentHashMap<>();
  private final AtomicLong keys = new AtomicLong(WAKE);
  private final int epoll = Events.epoll();
  private final int wake = Events.eventfd(true);
  private final Thread thread;
  private volatile boolean closing;

  PollWaiter(PoolCompletions completions) {
    this.completions = completions;
    Events.add(epoll, wake, Events.EPOLLIN, WAKE);
    thread = Thread.ofPlatform().daemon().name("annulus-poll").start(this::run);
  }

  void add(PoolTask task) {
    long key = keys.incrementAndGet();
    tasks.put(key, task);
    int added = Events.add(epoll, task.fd, task.opFlags, key);
    if (added < 0) {
      tasks.remove(key);
      // A regular file is always ready, and epoll has no place for it.
      completions.finish(task, added == -Errno.EPERM ? task.opFlags : added);
    }
  }

  void remove(PoolTask task) {
    if (tasks.values().remove(task)) {
      Events.remove(epoll, task.fd);
    }
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = Events.buffer(arena, AT_ONCE);
      while (!closing) {
        int count = Events.await(epoll, buffer, -1);
        for (int i = 0; i < count; i++) {
          fire(Events.data(buffer, i), Events.events(buffer, i));
        }
      }
    }
  }

  /** One shot: watched no more before it is told. */
  private void fire(long key, int events) {
    PoolTask task = tasks.remove(key);
    if (task != null) {
      Events.remove(epoll, task.fd);
      completions.finish(task, events);
    }
  }

  @Override
  public void close() {
    closing = true;
    Events.signal(wake);
    join(thread);
    Files.close(wake);
    Files.close(epoll);
  }

  /** Waits for a thread that was told to end; an interrupt is kept for later. */
  static void join(Thread thread) {
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
