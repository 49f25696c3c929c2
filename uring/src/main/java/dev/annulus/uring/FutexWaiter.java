// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.annulus.ffi.Futex;
import dev.annulus.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * A thread that waits for up to 127 futex words at once ({@code futex_waitv}), and a word of its
 * own that changes when there are others to wait for.
 *
 * <p>Between two waits it looks at all words again: one that changed meanwhile counts as woken. A
 * wake in that moment that leaves the word as it was is missed.
 */
final class FutexWaiter implements AutoCloseable {
  private static final int MOST = Futex.FUTEX_WAITV_MAX - 1;
  private static final int FLAGS = Futex.FUTEX2_SIZE_U32 | Futex.FUTEX2_PRIVATE;
  private static final long SLICE_NANOS = 2_000_000;
  private static final VarHandle WORD = JAVA_INT.varHandle();

  private final PoolCompletions completions;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment control = arena.allocate(4, 64);
  private final MemorySegment vector =
      arena.allocate((long) Futex.FUTEX_WAITV_MAX * Futex.WAITV_SIZE, 8);
  private final Thread thread;
  private final List<PoolTask> tasks = new ArrayList<>();
  private boolean closing;

  FutexWaiter(PoolCompletions completions) {
    this.completions = completions;
    thread = Thread.ofPlatform().daemon().name("annulus-futex").start(this::run);
  }

  /**
   * What the kernel answers at once: {@code -EAGAIN} where the word has another value, {@code
   * -EINVAL} or {@code -EFAULT} for what is no futex wait; 0 where it would wait.
   */
  static int check(PoolTask task) {
    boolean wait = task.len == 0 && task.opFlags == 0 && task.bufIndex == 0;
    boolean word = (task.fd() & ~FLAGS) == 0 && (task.fd() & Futex.FUTEX2_SIZE_U32) != 0;
    boolean values = task.off >>> 32 == 0 && task.addr3 >>> 32 == 0 && task.addr3 != 0;
    return wait && word && values ? compare(task) : -Errno.EINVAL;
  }

  private static int compare(PoolTask task) {
    return Futex.compare(task.addr, (int) task.off, task.addr);
  }

  /** Adds a wait; answers false where this thread has enough. */
  synchronized boolean add(PoolTask task) {
    if (tasks.size() == MOST) {
      return false;
    }
    tasks.add(task);
    changed();
    return true;
  }

  synchronized void remove(PoolTask task) {
    if (tasks.remove(task)) {
      changed();
    }
  }

  /** The word changes before the wake, so the thread cannot fall asleep on the old list. */
  private void changed() {
    WORD.setVolatile(control, 0L, (int) WORD.getVolatile(control, 0L) + 1);
    Futex.wake(control.address(), 1);
  }

  private void run() {
    while (true) {
      List<PoolTask> waited;
      int version;
      synchronized (this) {
        if (closing) {
          return;
        }
        waited = List.copyOf(tasks);
        version = (int) WORD.getVolatile(control, 0L);
      }
      int woken = sleep(waited, version);
      if (woken > 0) {
        finish(waited.get(woken - 1), 0);
      } else if (woken < 0) {
        finishChanged(waited);
      }
    }
  }

  private int sleep(List<PoolTask> waited, int version) {
    Futex.waitv(vector, 0, control.address(), version);
    for (int i = 0; i < waited.size(); i++) {
      PoolTask task = waited.get(i);
      Futex.waitv(vector, i + 1, task.addr, (int) task.off, task.fd());
    }
    int woken = Futex.awaitAny(vector, waited.size() + 1, 0);
    if (woken < 0 && woken != -Errno.EAGAIN && woken != -Errno.EINTR) {
      // Before Linux 5.16, or where a filter forbids the call: look at all words now and then.
      Futex.await(control.address(), version, waited.isEmpty() ? 0 : SLICE_NANOS);
    }
    return woken;
  }

  /** A word that changed was woken, or will be; one whose memory is gone fails. */
  private void finishChanged(List<PoolTask> waited) {
    for (PoolTask task : waited) {
      int result = compare(task);
      if (result != 0) {
        finish(task, result == -Errno.EAGAIN ? 0 : result);
      }
    }
  }

  private void finish(PoolTask task, int result) {
    synchronized (this) {
      tasks.remove(task);
    }
    if (task.begin()) {
      completions.finish(task, result);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closing = true;
      changed();
    }
    Threads.join(thread);
    arena.close();
  }
}
