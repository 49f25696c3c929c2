// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.Operation;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A ring that every thread may use: a thread of its own owns it, all others hand operations to
 * that.
 *
 * <p>{@link #call} blocks, and a virtual thread that calls it is parked without its carrier. {@link
 * #start} answers a future. Ending one early is memory-safe, whether by interrupt, time-out or
 * {@code cancel}: the operation is cancelled, and the call returns, or the future is done, when the
 * kernel has let go of the memory. What completed in spite of that has its result.
 *
 * <p>Operations are not ordered. There is no limit to how many are handed over: what the ring has
 * no room for waits. What depends on a future runs on the ring's thread, unless it is made by one
 * of the {@code …Async} methods: it must not block.
 */
public final class SharedRing implements AutoCloseable {
  private static final int ORDERED =
      SqEntry.IOSQE_IO_LINK | SqEntry.IOSQE_IO_HARDLINK | SqEntry.IOSQE_IO_DRAIN;

  private final RingThread thread;

  private SharedRing(RingThread thread) {
    this.thread = thread;
  }

  /**
   * Opens a ring and starts its thread.
   *
   * @param options sizes, flags and policy
   * @return the ring, to be closed
   * @throws ErrnoException where the policy demands io_uring, and the kernel or somebody in its
   *     place refuses
   * @throws IllegalArgumentException with {@link SetupFlag#IOPOLL} or {@link SetupFlag#R_DISABLED}
   */
  public static SharedRing open(RingOptions options) throws ErrnoException {
    if (options.has(SetupFlag.IOPOLL) || options.has(SetupFlag.R_DISABLED)) {
      throw new IllegalArgumentException(
          "a shared ring is enabled from the start, and its thread is woken by a poll, which"
              + " IOPOLL excludes");
    }
    return new SharedRing(RingThread.start(options));
  }

  /**
   * Runs an operation to its end. Blocks.
   *
   * @param operation what to do: one that completes once, or twice such as a send without a copy
   * @return its result
   * @throws ErrnoException where it failed; EBADF, before the kernel has it, where its descriptor
   *     is not open
   * @throws IllegalArgumentException where it is linked or drains, or the ring does not execute it:
   *     nothing was handed to the kernel
   * @throws InterruptedException where the thread was interrupted and the operation cancelled for
   *     it. If it completed all the same, its result is returned and the thread stays interrupted
   * @throws IllegalStateException where the ring is closed
   */
  public int call(Operation operation) throws ErrnoException, InterruptedException {
    Request request = hand(operation);
    try {
      return result(request);
    } catch (InterruptedException e) {
      return afterInterrupt(request, e);
    }
  }

  /**
   * Runs an operation to its end, or cancels it after a time. Blocks.
   *
   * @param operation as of {@link #call(Operation)}
   * @param timeout more than 0
   * @return its result
   * @throws ErrnoException where it failed
   * @throws InterruptedException as of {@link #call(Operation)}
   * @throws TimeoutException where it was cancelled because the time had passed. If it completed
   *     all the same, its result is returned
   * @throws IllegalStateException where the ring is closed
   */
  public int call(Operation operation, Duration timeout)
      throws ErrnoException, InterruptedException, TimeoutException {
    Request request = hand(operation);
    try {
      request.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return result(request);
    } catch (TimeoutException e) {
      return afterTimeout(request, timeout);
    } catch (InterruptedException e) {
      return afterInterrupt(request, e);
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /**
   * Starts an operation.
   *
   * @param operation as of {@link #call(Operation)}
   * @return its result, to come; ends with {@link ErrnoException} where it fails, with {@link
   *     IllegalArgumentException} where the ring does not execute it
   * @throws IllegalStateException where the ring is closed
   */
  public CompletableFuture<Integer> start(Operation operation) {
    return hand(operation);
  }

  private Request hand(Operation operation) {
    if ((operation.flags() & ORDERED) != 0) {
      throw new IllegalArgumentException(
          operation + " is linked or drains: the entries around it are other threads'");
    }
    Request request = new Request(this, operation);
    thread.hand(request);
    return request;
  }

  void cancel(Request request) {
    thread.cancel(request);
  }

  private static int result(Request request) throws ErrnoException, InterruptedException {
    try {
      return request.get();
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private static ErrnoException failure(ExecutionException e) {
    if (e.getCause() instanceof ErrnoException known) {
      // Of this thread's stack: who called, not who reaped.
      ErrnoException own = new ErrnoException(known.call(), known.errno());
      own.initCause(known);
      return own;
    }
    if (e.getCause() instanceof IllegalArgumentException wrong) {
      throw new IllegalArgumentException(wrong.getMessage(), wrong);
    }
    throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
  }

  private static int afterTimeout(Request request, Duration timeout)
      throws ErrnoException, TimeoutException {
    request.cancel(true);
    int res = outcome(request);
    if (res == -Errno.ECANCELED) {
      throw new TimeoutException("cancelled after " + timeout + ": " + request.operation);
    }
    return res;
  }

  private static int afterInterrupt(Request request, InterruptedException interrupt)
      throws ErrnoException, InterruptedException {
    request.cancel(true);
    int res = outcome(request);
    if (res == -Errno.ECANCELED) {
      throw interrupt;
    }
    Thread.currentThread().interrupt();
    return res;
  }

  /** Waits for the kernel, whatever happens; {@code -ECANCELED} where it was cancelled. */
  private static int outcome(Request request) throws ErrnoException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return request.isCancelled() ? -Errno.ECANCELED : result(request);
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (CancellationException e) {
          return -Errno.ECANCELED;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * What the ring is.
   *
   * @return a snapshot of when the ring was opened
   */
  public RingInfo info() {
    return thread.info();
  }

  /**
   * Cancels what is in flight or waits for room, waits for every completion, then frees. The
   * futures end with {@link CancellationException}, or their result. Blocks.
   *
   * @throws IllegalStateException on the ring's own thread, which would wait for itself; where the
   *     ring has failed, before or in closing
   */
  @Override
  public void close() {
    thread.close();
  }
}
