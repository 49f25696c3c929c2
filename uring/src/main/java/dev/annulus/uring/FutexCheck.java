// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.annulus.ffi.Futex;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.uring.op.AsyncCancel;
import dev.annulus.uring.op.FutexWait;
import dev.annulus.uring.op.FutexWake;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether a ring's FUTEX_WAIT can be relied on: it is tried, because some kernels have the opcode
 * and lose wake-ups, or tell of them late. Each round waits for a word on the ring, wakes it, and
 * wants the completion in time: by FUTEX_WAKE on the ring, by {@code futex(2)} of the same thread,
 * and by that of another thread while the owner sleeps in the ring.
 */
public final class FutexCheck {
  private static final VarHandle WORD = JAVA_INT.varHandle();
  private static final int ROUNDS = 48;
  private static final long LIMIT_NANOS = 1_000_000_000;
  private static final long WAIT_TAG = 1;
  private static final long OTHER_TAG = 2;

  private final Ring ring;
  private final Waker waker;
  private final long limitNanos;
  private final MemorySegment word;
  private int result;
  private boolean answered;
  private final CompletionHandler handler =
      (tag, res, flags) -> {
        if (tag == WAIT_TAG) {
          answered = true;
          result = res;
        }
      };

  /** How a word changes and its waiters are woken; in tests one that does not always. */
  interface Waker {
    void wake(int round, MemorySegment word, int value);
  }

  private FutexCheck(Ring ring, Waker waker, long limitNanos, Arena arena) {
    this.ring = ring;
    this.waker = waker;
    this.limitNanos = limitNanos;
    word = arena.allocate(4, 64);
  }

  /**
   * Tries. Takes some milliseconds; a second where a wake-up is lost. Nothing else may be in
   * flight.
   *
   * @param ring the caller's own
   * @return why the ring's futex waits cannot be relied on, or empty where they can
   * @throws ErrnoException where the kernel refuses to work on the ring at all
   */
  public static String run(Ring ring) throws ErrnoException {
    return run(ring, (round, word, value) -> wake(word, value), LIMIT_NANOS);
  }

  static String run(Ring ring, Waker waker, long limitNanos) throws ErrnoException {
    if (!ring.supports(Opcode.FUTEX_WAIT) || !ring.supports(Opcode.FUTEX_WAKE)) {
      return "the kernel's rings have no futex opcodes; Linux 6.7 or later has";
    }
    try (Arena arena = Arena.ofShared()) {
      return new FutexCheck(ring, waker, limitNanos, arena).rounds();
    }
  }

  /** Changes the word, then wakes, so that nobody falls asleep on its old value. */
  static void wake(MemorySegment word, int value) {
    WORD.setVolatile(word, 0L, value);
    Futex.wake(word.address(), 1);
  }

  private String rounds() throws ErrnoException {
    for (int round = 0; round < ROUNDS; round++) {
      String fault = round(round);
      if (!fault.isEmpty()) {
        forget();
        return "FUTEX_WAIT on a ring " + fault + " (round " + round + " of " + ROUNDS + ")";
      }
    }
    return "";
  }

  private String round(int round) throws ErrnoException {
    answered = false;
    int before = (int) WORD.getVolatile(word, 0L);
    FutexWait.prep(ring.entries(), ring.claim(), word.address(), before, 0, WAIT_TAG);
    ring.submit();
    ring.reap(handler, 1);
    if (answered) {
      return "answered " + result + " before it was woken";
    }
    long start = System.nanoTime();
    Thread other = wake(round, before + 1);
    try {
      while (!answered && System.nanoTime() - start < limitNanos) {
        ring.await(1, limitNanos);
        ring.reap(handler, 2);
      }
    } finally {
      if (other != null) {
        Threads.join(other); // it writes to the word
      }
    }
    if (!answered) {
      return "lost a wake-up: no completion within " + limitNanos / 1_000_000 + " ms";
    }
    if (System.nanoTime() - start > limitNanos) {
      return "was told of a wake-up late, after more than " + limitNanos / 1_000_000 + " ms";
    }
    return result == 0 ? "" : "was woken with " + result + " in place of 0";
  }

  /** One of the three ways; answers the thread that does it, or null. */
  private Thread wake(int round, int value) throws ErrnoException {
    if (round % 3 == 0) {
      WORD.setVolatile(word, 0L, value);
      FutexWake.prep(ring.entries(), ring.claim(), word.address(), 1, 0, OTHER_TAG);
      ring.submit();
      return null;
    }
    if (round % 3 == 1) {
      waker.wake(round, word, value);
      return null;
    }
    return Thread.ofPlatform()
        .daemon()
        .name("annulus-check")
        .start(() -> {
          LockSupport.parkNanos(10_000); // the owner is asleep by then, mostly
          waker.wake(round, word, value);
        });
  }

  /** The wait must not outlive its word. */
  private void forget() throws ErrnoException {
    if (!answered) {
      AsyncCancel.prep(ring.entries(), ring.claim(), WAIT_TAG, -1, 0, 0, OTHER_TAG);
    }
    long start = System.nanoTime();
    while (ring.inFlight() > 0 && System.nanoTime() - start < LIMIT_NANOS) {
      ring.await(ring.inFlight(), LIMIT_NANOS);
      ring.reap(handler, ring.capacity());
    }
  }
}
