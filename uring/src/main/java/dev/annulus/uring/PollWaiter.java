// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * A thread that waits for descriptors to be ready ({@code epoll(7)}), for POLL_ADD and for
 * operations on streams. Each wait has a duplicate of its descriptor: several may wait for one, and
 * as with the kernel's ring, closing the descriptor does not end the wait.
 */
final class PollWaiter implements AutoCloseable {
  private static final long WAKE = 0;
  private static final int AT_ONCE = 16;

  private final Map<Long, Wait> waits = new HashMap<>();
  private final int epoll;
  private final int wake;
  private final Thread thread;
  private long lastKey = WAKE;
  private volatile boolean closing;

  /** One wait; {@code ready} takes the task and the events. */
  private record Wait(PoolTask task, int fd, ObjIntConsumer<PoolTask> ready) {}

  PollWaiter() throws ErrnoException {
    epoll = ErrnoException.check("epoll_create1", Events.epoll());
    wake = Events.eventfd(true);
    int added = wake < 0 ? wake : Events.add(epoll, wake, Events.EPOLLIN, WAKE);
    if (added < 0) {
      closeDescriptors();
      throw new ErrnoException(wake < 0 ? "eventfd" : "epoll_ctl", -added);
    }
    thread = Thread.ofPlatform().daemon().name("annulus-poll").start(this::run);
  }

  /**
   * Waits once. From then on the task can be cancelled; else {@code ready} is called by this thread
   * and not under a lock. Answers 0, or -errno and nothing is waited for: EPERM where the file is
   * always ready, ECANCELED where the task was to be cancelled.
   */
  int add(PoolTask task, int events, ObjIntConsumer<PoolTask> ready) {
    return add(task, task.fd(), events, ready);
  }

  /** The same for another descriptor than the one that the task names. */
  synchronized int add(PoolTask task, int of, int events, ObjIntConsumer<PoolTask> ready) {
    int fd = Files.duplicate(of);
    if (fd < 0) {
      return fd;
    }
    long key = ++lastKey;
    int added = Events.add(epoll, fd, events | Events.EPOLLONESHOT, key);
    if (added < 0) {
      Files.close(fd);
      return added;
    }
    Wait wait = new Wait(task, fd, ready);
    if (!task.suspend()) {
      close(wait);
      return -Errno.ECANCELED;
    }
    waits.put(key, wait);
    return 0;
  }

  synchronized void remove(PoolTask task) {
    Iterator<Wait> all = waits.values().iterator();
    while (all.hasNext()) {
      Wait wait = all.next();
      if (wait.task == task) {
        all.remove();
        close(wait);
        return;
      }
    }
  }

  private void close(Wait wait) {
    Events.remove(epoll, wait.fd);
    Files.close(wait.fd);
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

  private void fire(long key, int events) {
    Wait wait;
    synchronized (this) {
      wait = waits.remove(key);
      if (wait == null) {
        return; // the wake-up, or cancelled meanwhile
      }
      close(wait);
    }
    if (wait.task.begin()) {
      wait.ready.accept(wait.task, events);
    }
  }

  @Override
  public void close() {
    closing = true;
    Events.signal(wake);
    Threads.join(thread);
    closeDescriptors();
  }

  private void closeDescriptors() {
    Files.close(epoll);
    if (wake >= 0) {
      Files.close(wake);
    }
  }
}
