// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.op.Operation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An operation on its way through a {@link SharedRing}, and its future.
 *
 * <p>Whoever ends the future early, by {@code cancel}, {@code orTimeout} or {@code complete}, only
 * asks for it: the operation is cancelled, and the future is done when the kernel has let go.
 */
final class Request extends CompletableFuture<Integer> {
  /** How the future ends where the operation is cancelled for it. */
  @FunctionalInterface
  private interface Early {
    void end();
  }

  final Operation operation;
  private final SharedRing ring;
  private final AtomicReference<Early> early = new AtomicReference<>();

  /** User data while in flight; the ring thread's. */
  long tag = NOT_IN_FLIGHT;

  static final long NOT_IN_FLIGHT = -1;

  private boolean answered;
  private int first;

  Request(SharedRing ring, Operation operation) {
    this.ring = ring;
    this.operation = operation;
  }

  /** Whether somebody wants the end before the kernel's completion. */
  boolean isUnwanted() {
    return early.get() != null;
  }

  /** Ends what was never handed over. */
  void drop() {
    early.get().end();
  }

  /** A completion came; answers whether it was the last. Of two, the first has the result. */
  boolean completed(int res, int flags) {
    if (!answered) {
      answered = true;
      first = res;
    }
    return (flags & CqEntry.IORING_CQE_F_MORE) == 0;
  }

  /** The kernel has let go: the future ends, as it was asked to or with the result. */
  void end() {
    if (first == -Errno.ECANCELED && isUnwanted()) {
      early.get().end();
      return;
    }
    try {
      super.complete(operation.result(first));
    } catch (ErrnoException e) {
      super.completeExceptionally(e);
    }
  }

  /** Ends it with a failure that is not the kernel's answer. */
  void fail(Throwable cause) {
    super.completeExceptionally(cause);
  }

  private boolean endEarly(Early how) {
    boolean asked = !isDone() && early.compareAndSet(null, how);
    if (asked) {
      ring.cancel(this);
    }
    return asked;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return endEarly(() -> super.cancel(false));
  }

  @Override
  public boolean complete(Integer value) {
    return endEarly(() -> super.complete(value));
  }

  @Override
  public boolean completeExceptionally(Throwable cause) {
    return endEarly(() -> super.completeExceptionally(cause));
  }

  @Override
  public void obtrudeValue(Integer value) {
    throw new UnsupportedOperationException("the result of an operation is the kernel's");
  }

  @Override
  public void obtrudeException(Throwable cause) {
    throw new UnsupportedOperationException("the result of an operation is the kernel's");
  }

  /** What depends on this is no operation. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
