// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.AsyncCancel;
import dev.annulus.uring.op.Operation;
import java.util.Objects;

/**
 * Several operations at once: handed over together, waited for together, then asked for one by one.
 *
 * <p>Belongs to the ring's owner, and has the ring for itself while it runs. Can be used again
 * after {@link #clear}. Running allocates nothing.
 *
 * <p>A time-out is memory-safe: what has not completed by then is cancelled, and {@link #run} still
 * waits for every completion. So after it no buffer is the kernel's any more.
 */
public final class Batch {
  private static final long CANCEL_TAG = -1;
  private static final int LINKS = SqEntry.IOSQE_IO_LINK | SqEntry.IOSQE_IO_HARDLINK;

  private final Ring ring;

  /** The same, or the one that looks at operations. */
  private final Ring check;

  private final int entries;
  private final Operation[] operations;
  private final int[] results;
  private final boolean[] answered;
  private final boolean[] ended;
  private final CompletionHandler handler = this::completed;
  private int size;
  private int left;
  private boolean ran;

  /**
   * An empty batch.
   *
   * @param ring where to run it
   * @param most operations at most, 1 to half of the ring's capacity: the other half is for their
   *     cancellation
   * @throws IllegalArgumentException where that is too many
   */
  public Batch(Ring ring, int most) {
    if (most < 1 || most > ring.capacity() / 2) {
      throw new IllegalArgumentException(
          "a batch of " + most + ": 1 to half of the ring's capacity, " + ring.capacity() / 2);
    }
    this.ring = CheckedRing.below(ring);
    check = ring;
    entries = ring.info().entries();
    operations = new Operation[most];
    results = new int[most];
    answered = new boolean[most];
    ended = new boolean[most];
  }

  /**
   * Adds an operation.
   *
   * @param operation what to do; one that completes more than twice does not belong into a batch
   * @return its index, from 0
   * @throws IllegalArgumentException where it is linked to the next, which would not fit into the
   *     submission queue with it: links do not reach from one submission to the next; where the
   *     ring does not execute it; on a {@link CheckedRing}, where its descriptor is not open
   * @throws IllegalStateException where the batch is full, or ran already
   */
  public int add(Operation operation) {
    if (ran || size == operations.length) {
      throw new IllegalStateException(
          ran ? "the batch ran: clear it first" : "the batch is full with " + size);
    }
    if ((operation.flags() & LINKS) != 0 && size % entries == entries - 1) {
      throw new IllegalArgumentException(
          "a link over the end of a submission queue of " + entries + " entries");
    }
    CheckedRing.check(check, operation);
    operations[size] = operation;
    return size++;
  }

  /**
   * How many operations were added.
   *
   * @return 0 to what the constructor was told
   */
  public int size() {
    return size;
  }

  /**
   * Runs the operations and waits for all of them. Blocks; an interrupt does not end it.
   *
   * @param timeoutNanos time after which what has not completed is cancelled, or at most 0 for none
   * @return whether all completed before the time-out
   * @throws ErrnoException where the kernel refuses the calls: close the ring, it waits for what is
   *     in flight
   * @throws IllegalStateException where the batch ran already, or the ring has other operations
   */
  public boolean run(long timeoutNanos) throws ErrnoException {
    if (ran || ring.inFlight() != 0) {
      throw new IllegalStateException(
          ran ? "the batch ran: clear it first" : "the ring has other operations in flight");
    }
    ran = true;
    long deadline = System.nanoTime() + timeoutNanos;
    for (int i = 0; i < size; i++) {
      operations[i].prepare(ring.entries(), claim(), i);
      left++;
    }
    boolean inTime = settle(timeoutNanos, deadline);
    if (!inTime) {
      cancel();
      settle(0, 0);
    }
    return inTime;
  }

  /** Waits until all are complete, or the time has passed. */
  private boolean settle(long timeoutNanos, long deadline) throws ErrnoException {
    while (left > 0 || ring.inFlight() > 0) {
      long wait = 0;
      if (timeoutNanos > 0) {
        wait = deadline - System.nanoTime();
        if (wait <= 0) {
          return false;
        }
      }
      ring.await(Math.min(ring.inFlight(), ring.capacity()), wait);
      ring.reap(handler, ring.capacity());
    }
    return true;
  }

  private void cancel() throws ErrnoException {
    for (int i = 0; i < size; i++) {
      if (!ended[i]) {
        AsyncCancel.prep(ring.entries(), claim(), i, -1, 0, 0, CANCEL_TAG);
      }
    }
  }

  private long claim() throws ErrnoException {
    long at = ring.claim();
    while (at < 0) {
      if (ring.submit() == 0) {
        // The kernel is short of memory until something completes.
        ring.await(1, 0);
        ring.reap(handler, ring.capacity());
      }
      at = ring.claim();
    }
    return at;
  }

  private void completed(long tag, int res, int flags) {
    if (tag == CANCEL_TAG) {
      return;
    }
    int index = (int) tag;
    if (!answered[index]) {
      answered[index] = true;
      results[index] = res;
    }
    if ((flags & CqEntry.IORING_CQE_F_MORE) == 0) {
      ended[index] = true;
      left--;
    }
  }

  /**
   * What became of an operation.
   *
   * @param index as {@link #add} answered
   * @return its result
   * @throws ErrnoException where it failed; ECANCELED where the time-out ended it
   * @throws IllegalStateException where the batch has not run
   */
  public int result(int index) throws ErrnoException {
    check(index);
    return operations[index].result(results[index]);
  }

  /**
   * Whether an operation was cancelled, by the time-out or another one.
   *
   * @param index as {@link #add} answered
   * @return false where it has a result of its own, or another error
   * @throws IllegalStateException where the batch has not run
   */
  public boolean cancelled(int index) {
    check(index);
    return results[index] == -Errno.ECANCELED;
  }

  private void check(int index) {
    if (!ran || left > 0) {
      throw new IllegalStateException("the batch has not run to its end");
    }
    Objects.checkIndex(index, size);
  }

  /**
   * Empties the batch, to be filled again.
   *
   * @throws IllegalStateException where a run failed and left operations in flight
   */
  public void clear() {
    if (left > 0) {
      throw new IllegalStateException("operations are in flight: close the ring");
    }
    for (int i = 0; i < size; i++) {
      operations[i] = null;
      answered[i] = false;
      ended[i] = false;
    }
    size = 0;
    ran = false;
  }
}
