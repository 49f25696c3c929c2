// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.AsyncCancel;
import dev.annulus.uring.op.PollAdd;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The thread of a {@link SharedRing}: takes requests from all others, and is the only one that
 * touches the ring. It sleeps in the ring; an eventfd wakes it, written only while it sleeps.
 */
final class RingThread {
  private static final long WAKE_TAG = 1L << 62;
  private static final long CANCEL_TAG = WAKE_TAG + 1;
  private static final long CANCEL_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Ring ring;
  private final EntryCheck check;
  private final RingInfo info;
  private final int wake;
  private final Thread thread = Thread.currentThread();

  private final Queue<Request> handed = new ConcurrentLinkedQueue<>();
  private final Queue<Request> unwanted = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean sleeping = new AtomicBoolean();
  private volatile boolean closing;

  /** Why the ring is of no use any more, where it was not closed; set before {@link #closing}. */
  private volatile Throwable cause;

  /** By tag; the free places are in {@link #free}. One cancellation each must have room, too. */
  private final Request[] inFlight;

  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private boolean armed;

  private RingThread(RingOptions options) throws ErrnoException {
    wake = ErrnoException.check("eventfd", Events.eventfd(true));
    Ring opened = null;
    try {
      opened = Rings.open(options);
    } finally {
      if (opened == null) {
        Files.close(wake);
      }
    }
    ring = opened;
    check = new EntryCheck(ring);
    info = ring.info();
    inFlight = new Request[Math.max(ring.capacity() / 2 - 1, 1)];
    for (int i = 0; i < inFlight.length; i++) {
      free.add(i);
    }
  }

  /** Opens a ring on a new thread; returns when that is done. */
  static RingThread start(RingOptions options) throws ErrnoException {
    CompletableFuture<RingThread> opened = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("annulus-ring")
        .start(() -> {
          try {
            RingThread own = new RingThread(options);
            opened.complete(own);
            own.run();
          } catch (ErrnoException | RuntimeException e) {
            opened.completeExceptionally(e);
          }
        });
    try {
      return opened.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ErrnoException refused) {
        throw refused;
      }
      throw e;
    }
  }

  RingInfo info() {
    return info;
  }

  /** Takes a request of any thread. */
  void hand(Request request) {
    if (closing) {
      throw closed();
    }
    handed.add(request);
    wake();
    if (closing && handed.remove(request)) {
      // It came behind the last look at the queue.
      throw closed();
    }
  }

  private IllegalStateException closed() {
    return cause == null
        ? new IllegalStateException("the ring is closed")
        : new IllegalStateException("the ring has failed: " + cause.getMessage(), cause);
  }

  /** Asks for the end of a request that somebody wants no more. */
  void cancel(Request request) {
    unwanted.add(request);
    wake();
  }

  /** The queues' adds and this read against the store and reads in {@link #sleep}: all volatile. */
  private void wake() {
    if (sleeping.get() && sleeping.compareAndSet(true, false)) {
      Events.signal(wake);
    }
  }

  void close() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("the ring's own thread cannot wait for its end");
    }
    closing = true;
    wake();
    Threads.join(thread);
    if (cause != null) {
      throw closed();
    }
  }

  private void run() {
    try {
      while (!closing) {
        turn();
      }
      drain();
    } catch (ErrnoException | RuntimeException e) {
      cause = e;
    } finally {
      closing = true;
      free();
      failAll();
    }
  }

  private void free() {
    try {
      // Waits for the kernel: only then may a request end.
      ring.close();
    } catch (RuntimeException e) {
      cause = e;
    } finally {
      Files.close(wake);
    }
  }

  private void turn() throws ErrnoException {
    arm();
    boolean any = startAll();
    any |= cancelAll();
    ring.submit();
    if (!any) {
      sleep();
    }
    ring.reap(this::completed, ring.capacity());
  }

  /** Sleeps until something completes or somebody wakes us. */
  private void sleep() throws ErrnoException {
    sleeping.set(true);
    boolean work = closing || !unwanted.isEmpty() || !handed.isEmpty() && !free.isEmpty();
    if (!work) {
      ring.await(1, 0);
    }
    sleeping.set(false);
  }

  /** Keeps a poll on the eventfd in flight. */
  private void arm() throws ErrnoException {
    if (!armed) {
      PollAdd.prep(ring.entries(), claim(), wake, Events.EPOLLIN, 0, WAKE_TAG);
      armed = true;
    }
  }

  private boolean startAll() throws ErrnoException {
    boolean any = false;
    while (!free.isEmpty()) {
      Request request = handed.poll();
      if (request == null) {
        break;
      }
      any = true;
      start(request);
    }
    return any;
  }

  private void start(Request request) throws ErrnoException {
    if (request.isUnwanted()) {
      request.drop();
      return;
    }
    int place = free.peek();
    long at = claim();
    try {
      request.operation.prepare(ring.entries(), at, place);
      check(at);
    } catch (ErrnoException | RuntimeException e) {
      ring.unclaim();
      request.fail(e);
      return;
    }
    free.remove();
    request.tag = place;
    inFlight[place] = request;
  }

  /** What a descriptor that is not open has for an answer, the kernel's or ours. */
  private void check(long at) throws ErrnoException {
    check.opcode(ring.entries(), at);
    String wrong = check.descriptor(ring.entries(), at);
    if (wrong != null) {
      String call = EntryCheck.what(SqEntry.opcode(ring.entries(), at));
      throw new ErrnoException(call, Errno.EBADF, wrong);
    }
  }

  private boolean cancelAll() throws ErrnoException {
    boolean any = false;
    for (Request request = unwanted.poll(); request != null; request = unwanted.poll()) {
      any = true;
      if (request.tag != Request.NOT_IN_FLIGHT) {
        cancelTag(request.tag);
      }
    }
    return any;
  }

  private void cancelTag(long tag) throws ErrnoException {
    AsyncCancel.prep(ring.entries(), claim(), tag, -1, 0, 0, CANCEL_TAG);
  }

  private long claim() throws ErrnoException {
    long at = ring.claim();
    while (at < 0) {
      if (ring.submit() == 0) {
        // No room, or the kernel is short of memory: until something completes.
        ring.await(1, 0);
        ring.reap(this::completed, ring.capacity());
      }
      at = ring.claim();
    }
    return at;
  }

  private void completed(long tag, int res, int flags) {
    if (tag == WAKE_TAG) {
      Events.drain(wake);
      armed = false;
    } else if (tag != CANCEL_TAG) {
      Request request = inFlight[(int) tag];
      if (request.completed(res, flags)) {
        inFlight[(int) tag] = null;
        request.tag = Request.NOT_IN_FLIGHT;
        free.add((int) tag);
        request.end();
      }
    }
  }

  /** Cancels all that is in flight until it has ended. */
  private void drain() throws ErrnoException {
    while (free.size() < inFlight.length) {
      for (Request request : inFlight) {
        if (request != null) {
          request.cancel(true);
          cancelTag(request.tag);
        }
      }
      ring.await(Math.min(ring.inFlight(), ring.capacity()), CANCEL_AGAIN_NANOS);
      ring.reap(this::completed, ring.capacity());
    }
  }

  /** What the ring did not get to, and after a failure, what it had. */
  private void failAll() {
    for (Request request : inFlight) {
      if (request != null) {
        request.fail(cause);
      }
    }
    for (Request request = handed.poll(); request != null; request = handed.poll()) {
      if (cause != null) {
        request.fail(cause);
      } else {
        request.cancel(true);
        request.drop();
      }
    }
  }
}
