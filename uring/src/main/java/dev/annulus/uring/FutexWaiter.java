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
import java.util.function.Consumer;

/**
 * A thread that waits for up to 127 futex words at once ({@code futex_waitv}), and a word of its
 * own that changes when there are others to wait for.
 *
 * <p>Between two waits it looks at all words again: one that changed meanwhile counts as woken. A
 * wake in that moment that leaves the word as it was is missed.
 */
final class FutexWaiter implements AutoCloseable {
  private static final int MOST = Futex.FUTEX_WAITV_MAX - 1;
  private static final long SLICE_NANOS = 2_000_000;
  private static final VarHandle WORD = JAVA_INT.varHandle();

  private final PoolCompletions completions;
  private final Consumer<PoolTask> done;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment control = arena.allocate(4, 64);
  private final MemorySegment vector =
      arena.allocate((long) Futex.FUTEX_WAITV_MAX * Futex.WAITV_SIZE, 8);
  private final Thread thread;
  private final List<FutexWord> words = new ArrayList<>();
  private boolean closing;

  /**
   * Starts the thread.
   *
   * @param completions told of what is woken
   * @param done told of each task before, because other threads may wait for words of it too
   */
  FutexWaiter(PoolCompletions completions, Consumer<PoolTask> done) {
    this.completions = completions;
    this.done = done;
    thread = Thread.ofPlatform().daemon().name("annulus-futex").start(this::run);
  }

  /** Adds a wait; answers false where this thread has enough. */
  synchronized boolean add(FutexWord word) {
    if (words.size() == MOST) {
      return false;
    }
    words.add(word);
    changed();
    return true;
  }

  /** Of all words that a task waits for. */
  synchronized void remove(PoolTask task) {
    if (words.removeIf(word -> word.task() == task)) {
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
      List<FutexWord> waited;
      int version;
      synchronized (this) {
        if (closing) {
          return;
        }
        waited = List.copyOf(words);
        version = (int) WORD.getVolatile(control, 0L);
      }
      int woken = sleep(waited, version);
      if (woken > 0) {
        finish(waited.get(woken - 1), waited.get(woken - 1).index());
      } else if (woken < 0) {
        finishChanged(waited);
      }
    }
  }

  private int sleep(List<FutexWord> waited, int version) {
    Futex.waitv(vector, 0, control.address(), version);
    for (int i = 0; i < waited.size(); i++) {
      FutexWord word = waited.get(i);
      Futex.waitv(vector, i + 1, word.address(), word.expected(), word.flags());
    }
    int woken = Futex.awaitAny(vector, waited.size() + 1, 0);
    if (woken < 0 && woken != -Errno.EAGAIN && woken != -Errno.EINTR) {
      // Before Linux 5.16, or where a filter forbids the call: look at all words now and then.
      Futex.await(control.address(), version, waited.isEmpty() ? 0 : SLICE_NANOS);
    }
    return woken;
  }

  /** A word that changed was woken, or will be; one whose memory is gone fails. */
  private void finishChanged(List<FutexWord> waited) {
    for (FutexWord word : waited) {
      int result = word.compare();
      if (result != 0) {
        finish(word, result == -Errno.EAGAIN ? word.index() : result);
      }
    }
  }

  private void finish(FutexWord word, int result) {
    synchronized (this) {
      words.remove(word);
    }
    if (word.task().begin()) {
      done.accept(word.task());
      completions.finish(word.task(), result);
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
