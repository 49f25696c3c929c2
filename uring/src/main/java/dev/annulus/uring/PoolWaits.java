// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ffi.Memory;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Operations of the stand-in that wait and do nothing: they share a thread a kind, made on first
 * use, in place of holding a pool thread each. Called by the ring's owner.
 */
final class PoolWaits implements AutoCloseable {
  private final PoolCompletions completions;
  private final List<FutexWaiter> futexes = new ArrayList<>();
  private PollWaiter polls;
  private ScheduledExecutorService timer;

  PoolWaits(PoolCompletions completions) {
    this.completions = completions;
  }

  void start(PoolTask task) {
    completions.started(task);
    switch (task.opcode) {
      case Opcode.TIMEOUT -> timeout(task);
      case Opcode.POLL_ADD -> poll(task);
      default -> futex(task);
    }
  }

  private void timeout(PoolTask task) {
    if (task.opFlags != 0 || task.off != 0 || task.len != 1) {
      completions.finish(task, -Errno.EINVAL); // absolute times and counts are not offered
      return;
    }
    MemorySegment time = MemorySegment.ofArray(Memory.bytes(task.addr, 16));
    long seconds = time.get(JAVA_LONG.withByteAlignment(1), 0);
    long nanos = time.get(JAVA_LONG.withByteAlignment(1), 8);
    if (seconds < 0 || nanos < 0 || nanos >= 1_000_000_000L) {
      completions.finish(task, -Errno.EINVAL);
      return;
    }
    if (timer == null) {
      timer =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().daemon().name("annulus-timer").factory());
    }
    long wait = Math.addExact(TimeUnit.SECONDS.toNanos(seconds), nanos);
    timer.schedule(() -> completions.finish(task, -Errno.ETIME), wait, TimeUnit.NANOSECONDS);
  }

  private void poll(PoolTask task) {
    if (polls == null) {
      polls = new PollWaiter(completions);
    }
    polls.add(task);
  }

  private void futex(PoolTask task) {
    for (FutexWaiter waiter : futexes) {
      if (waiter.add(task)) {
        return;
      }
    }
    FutexWaiter waiter = new FutexWaiter(completions);
    futexes.add(waiter);
    waiter.add(task);
  }

  /** A cancelled task need not be waited for. */
  void forget(PoolTask task) {
    if (task.opcode == Opcode.POLL_ADD && polls != null) {
      polls.remove(task);
    } else if (task.opcode == Opcode.FUTEX_WAIT) {
      futexes.forEach(waiter -> waiter.remove(task));
    }
  }

  @Override
  public void close() {
    futexes.forEach(FutexWaiter::close);
    if (polls != null) {
      polls.close();
    }
    if (timer != null) {
      timer.shutdownNow();
    }
  }
}
