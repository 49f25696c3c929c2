// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.Errno;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A thread that completes the stand-in's timeouts. */
final class PoolTimer implements AutoCloseable {
  private static final int IORING_TIMEOUT_ABS = 1;
  private static final long NANOS = 1_000_000_000L;

  private final PoolCompletions completions;
  private final Map<PoolTask, Future<?>> scheduled = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("annulus-timer").factory());

  PoolTimer(PoolCompletions completions) {
    this.completions = completions;
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Why a timeout is refused, or 0. Clocks but the monotonic, and counts, are not offered. */
  static int check(PoolTask task) {
    PoolArguments time = task.arguments;
    boolean offered = (task.opFlags & ~IORING_TIMEOUT_ABS) == 0 && task.off == 0 && task.len == 1;
    return offered && time.word(0) >= 0 && time.word(1) >= 0 && time.word(1) < NANOS
        ? 0
        : -Errno.EINVAL;
  }

  void add(PoolTask task) {
    long seconds = Math.min(task.arguments.word(0), Long.MAX_VALUE / NANOS - 1);
    long wait = seconds * NANOS + task.arguments.word(1);
    if ((task.opFlags & IORING_TIMEOUT_ABS) != 0) {
      wait -= System.nanoTime(); // CLOCK_MONOTONIC both
    }
    long nanos = Math.max(wait, 0);
    // Within compute, so that a timeout that fires at once finds itself here.
    scheduled.compute(
        task, (key, none) -> timer.schedule(() -> fire(task), nanos, TimeUnit.NANOSECONDS));
  }

  private void fire(PoolTask task) {
    scheduled.remove(task);
    if (task.begin()) {
      completions.finish(task, -Errno.ETIME);
    }
  }

  void remove(PoolTask task) {
    Future<?> future = scheduled.remove(task);
    if (future != null) {
      future.cancel(false);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    timer.close();
  }
}
