// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Children;
import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The stand-in's WAITID: of one child, for its end. A pidfd is readable when that has come; for any
 * child, and for a stop, there is nothing to poll: these are answered with EINVAL unless they are
 * there already.
 */
final class ChildWait {
  private final PoolTask task;
  private final PoolCompletions completions;
  private final PollWaiter polls;

  ChildWait(PoolTask task, PoolCompletions completions, PollWaiter polls) {
    this.task = task;
    this.completions = completions;
    this.polls = polls;
  }

  /** Owner, then the poller's thread: answers, or waits (again). */
  void go() {
    boolean plain = task.addr == 0 && task.bufIndex == 0 && task.addr3 == 0 && task.opFlags == 0;
    int result = plain ? now() : -Errno.EINVAL;
    if (result == 0 || result < 0 && result != -Errno.EAGAIN) {
      completions.finish(task, result);
      return;
    }
    int added = poll();
    if (added < 0) {
      completions.finish(task, added);
    }
  }

  /** What waitid answers without waiting, or {@code -EAGAIN} where it would wait. */
  private int now() {
    int wait = Children.WNOHANG | Children.WNOWAIT;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(Children.SIGINFO_SIZE, 8);
      int there = Children.waitid(task.len, task.fd(), info.address(), task.fileIndex | wait);
      boolean none = there == 0 && info.get(ValueLayout.JAVA_INT, Children.SI_PID) == 0;
      if (there < 0) {
        return there;
      }
      boolean waits = (task.fileIndex & Children.WNOHANG) == 0;
      if (none && waits) {
        return -Errno.EAGAIN;
      }
      return Children.waitid(task.len, task.fd(), task.off, task.fileIndex | Children.WNOHANG);
    }
  }

  private int poll() {
    boolean end = (task.fileIndex & ~Children.WNOWAIT) == Children.WEXITED;
    if (!end || task.len != Children.P_PID && task.len != Children.P_PIDFD) {
      return -Errno.EINVAL;
    }
    if (task.len == Children.P_PIDFD) {
      return polls.add(task, task.fd(), Events.EPOLLIN, (woken, events) -> go());
    }
    int pidfd = Children.pidfd(task.fd());
    if (pidfd < 0) {
      return pidfd == -Errno.ESRCH ? -Errno.ECHILD : pidfd;
    }
    try {
      return polls.add(task, pidfd, Events.EPOLLIN, (woken, events) -> go());
    } finally {
      Files.close(pidfd);
    }
  }
}
