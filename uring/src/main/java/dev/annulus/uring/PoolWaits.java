// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Events;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Operations of the stand-in that wait and do nothing: they share a thread a kind, made on first
 * use, in place of holding a pool thread each.
 */
final class PoolWaits implements AutoCloseable {
  /** What poll reports of a file that is always ready: POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM. */
  private static final int ALWAYS_READY = 0x1 | 0x4 | 0x40 | 0x100;

  /** Events of {@code poll(2)}, without the ways of {@code epoll_ctl(2)} to wait for them. */
  private static final int POLL_EVENTS = 0xffff;

  private final PoolCompletions completions;
  private final List<FutexWaiter> futexes = new CopyOnWriteArrayList<>();
  private PollWaiter polls;
  private PoolTimer timer;

  PoolWaits(PoolCompletions completions) {
    this.completions = completions;
  }

  /** Owner: waits for a TIMEOUT, POLL_ADD, FUTEX_WAIT, FUTEX_WAITV or WAITID. */
  void start(PoolTask task) {
    switch (task.opcode) {
      case Opcode.TIMEOUT -> timeout(task);
      case Opcode.POLL_ADD, Opcode.WAITID -> startPoll(task);
      default -> futex(task);
    }
  }

  private void startPoll(PoolTask task) {
    try {
      if (task.opcode == Opcode.WAITID) {
        new ChildWait(task, completions, polls()).go();
      } else {
        poll(task, polls());
      }
    } catch (ErrnoException e) {
      completions.finish(task, -e.errno());
    }
  }

  private void timeout(PoolTask task) {
    int refused = PoolTimer.check(task);
    if (refused != 0) {
      completions.finish(task, refused);
      return;
    }
    if (timer == null) {
      timer = new PoolTimer(completions);
    }
    timer.add(task);
  }

  private void poll(PoolTask task, PollWaiter waiter) {
    if (task.len != 0) {
      completions.finish(task, -Errno.EINVAL); // no multishot, no update
      return;
    }
    int events = task.opFlags & POLL_EVENTS;
    int added = waiter.add(task, events, completions::finish);
    if (added == -Errno.EPERM) {
      completions.finish(task, events & ALWAYS_READY);
    } else if (added < 0) {
      completions.finish(task, added);
    }
  }

  /**
   * Pool's thread: waits for a stream to be ready, in place of blocking; calls {@code ready} for
   * the rest. Answers 0, or -errno where it does not wait, as {@link PollWaiter#add}.
   */
  int stream(PoolTask task, boolean write, Consumer<PoolTask> ready) {
    int events = write ? Events.EPOLLOUT : Events.EPOLLIN;
    try {
      return polls().add(task, events, (woken, happened) -> ready.accept(woken));
    } catch (ErrnoException e) {
      return -e.errno();
    }
  }

  private synchronized PollWaiter polls() throws ErrnoException {
    if (polls == null) {
      polls = new PollWaiter();
    }
    return polls;
  }

  private void futex(PoolTask task) {
    List<FutexWord> words = FutexWord.of(task);
    int refused = FutexWord.check(words);
    if (refused != 0) {
      completions.finish(task, refused);
      return;
    }
    words.forEach(this::add);
    if (!task.waits()) {
      forgetFutex(task); // the first was woken before the last was added
    }
  }

  private void add(FutexWord word) {
    for (FutexWaiter waiter : futexes) {
      if (waiter.add(word)) {
        return;
      }
    }
    FutexWaiter waiter = new FutexWaiter(completions, this::forgetFutex);
    futexes.add(waiter);
    waiter.add(word);
  }

  /** Any thread: the task has what it waited for. */
  private void forgetFutex(PoolTask task) {
    futexes.forEach(waiter -> waiter.remove(task));
  }

  /** Owner: a cancelled task need not be waited for. */
  void forget(PoolTask task) {
    switch (task.opcode) {
      case Opcode.TIMEOUT -> timer.remove(task);
      case Opcode.FUTEX_WAIT, Opcode.FUTEX_WAITV -> forgetFutex(task);
      default -> forgetPoll(task);
    }
  }

  private synchronized void forgetPoll(PoolTask task) {
    if (polls != null) {
      polls.remove(task);
    }
  }

  @Override
  public void close() {
    futexes.forEach(FutexWaiter::close);
    if (polls != null) {
      polls.close();
    }
    if (timer != null) {
      timer.close();
    }
  }
}
