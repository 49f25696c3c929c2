// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Futex;
import dev.annulus.ffi.Membarrier;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.CqReader;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Producer;
import dev.annulus.ring.RingViolationException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The client's end of a ring to another process: submits entries and reaps completions.
 *
 * <p>Belongs to one thread at a time, platform or virtual: a thread hands the ring on by whatever
 * makes its writes visible to the next (start, join, a lock, a concurrent queue). {@link #await}
 * may block that thread; a virtual thread that waits holds no carrier. Everything else on the path
 * makes no system call, except to wake a sleeping server.
 */
public final class PeerRing implements AutoCloseable {
  private final AttachSocket socket;
  private final Arena arena;
  private final Producer sq;
  private final Consumer cq;
  private final CqReader completions;
  private final long firstSubmission;
  private final int credit;
  private final WaitStrategy waiting;
  private final long spinNanos;
  private final long sqTailAddress;
  private final Waiter waiter;

  private final Hangup.Watch watch;
  private long systemCalls;
  private boolean closed;

  private PeerRing(AttachSocket socket, AttachSocket.Attached attached, PeerOptions options)
      throws ErrnoException {
    this.socket = socket;
    arena = attached.arena();
    credit = attached.credit();
    waiting = options.waiting();
    spinNanos = options.spinNanos();
    MemorySegment client = attached.client();
    MemorySegment server = attached.server();
    sq = new Producer(PeerLayout.sq(client, server, attached.sqEntries(), attached.sqArray()));
    cq = new Consumer(PeerLayout.cq(client, server, attached.cqEntries()));
    completions = new CqReader(cq);
    firstSubmission = sq.tail();
    if (attached.mayRelax() && waiting != WaitStrategy.PARK) {
      cq.fenceFor(Membarrier::everywhere);
    }
    sqTailAddress = client.address() + PeerLayout.SQ_TAIL;
    waiter = new Waiter(cq, server, PeerLayout.CQ_TAIL);
    watch = Hangup.watch(socket.fd(), waiter);
  }

  /**
   * Attaches to the server that listens at a path.
   *
   * @param path the Unix socket
   * @param options what to ask for
   * @return the ring, owned by the calling thread until it is handed on
   * @throws ErrnoException where nobody listens there, access is denied, or the server refuses; the
   *     message says which and what to do
   * @throws IOException where the answer is not of this protocol
   */
  public static PeerRing attach(Path path, PeerOptions options) throws IOException {
    AttachSocket socket = AttachSocket.connect(path, options.attachMillis());
    AttachSocket.Attached attached = null;
    try {
      attached = socket.attach(options.credit(), options.sqArray());
      return new PeerRing(socket, attached, options);
    } catch (IOException | RuntimeException e) {
      if (attached != null) {
        attached.arena().close();
      }
      socket.close();
      throw e;
    }
  }

  /**
   * Shares new memory with the server, for buffers. Blocks until the server has mapped it.
   *
   * @param size bytes, more than 0; rounded up to whole pages
   * @return the region, valid until this ring is closed
   * @throws ErrnoException where memory is short or the server's quota is used up
   * @throws PeerGoneException where the server is gone
   */
  public Region share(long size) throws IOException {
    return socket.share(size, arena);
  }

  /**
   * Takes one end of two queues to another client. Blocks until the server has answered.
   *
   * @param ticket the result of {@link dev.annulus.ring.Opcode#OFFER}; good for one call
   * @return the end, for {@link PeerQueues#open}; to be closed
   * @throws ErrnoException where the server knows no such ticket, or what it sent is no such end
   * @throws PeerGoneException where the server is gone
   */
  public PeerEnd take(int ticket) throws IOException {
    return socket.take(ticket);
  }

  /**
   * The queue to claim entries in; {@link #submit} publishes them.
   *
   * @return the producing end
   */
  public Producer sq() {
    return sq;
  }

  /**
   * The queue to take completions from, where {@link #reap} is not what is wanted.
   *
   * @return the consuming end
   */
  public Consumer cq() {
    return cq;
  }

  /**
   * The most operations that may be without completion. More are a violation that ends the session.
   *
   * @return as granted by the server
   */
  public int credit() {
    return credit;
  }

  /**
   * Takes completions that are there, plain and extended, without waiting.
   *
   * @param handler called for each; may claim and submit entries, but not wait, reap or close. What
   *     it throws comes out of this method, and the completions after it remain to be reaped
   * @param most how many at most
   * @return how many
   * @throws RingViolationException where the server wrote what cannot be true: an index, half a
   *     completion, or one of nothing. The session is over: {@link #close}
   */
  public int reap(CompletionHandler handler, int most) {
    int count;
    try {
      count = completions.take(handler, cq.available(), most);
    } finally {
      cq.release();
    }
    if (inFlight() < 0) {
      throw new RingViolationException(
          "cqe", "the server posted a completion of nothing: the session is over");
    }
    return count;
  }

  /**
   * Operations claimed or submitted whose completion was not taken.
   *
   * @return 0 to {@link #credit}, as long as both sides keep to it
   */
  public int inFlight() {
    return (int) (sq.tail() - firstSubmission - completions.completed());
  }

  /** Publishes what was claimed; wakes the server if it sleeps. Makes no other system call. */
  public void submit() {
    if (sq.publish()) {
      systemCalls++;
      Futex.wake(sqTailAddress, 1);
    }
  }

  /**
   * Waits until a number of completions can be taken. Woken once for all of them.
   *
   * <p>As the waits of {@code java.util.concurrent}, it ends when the thread is interrupted;
   * nothing is lost by that: the completions come all the same, and can be waited for again. Where
   * they are there already, the interrupt status is not looked at.
   *
   * @param count how many, 1 to {@link #credit}
   * @param timeoutNanos longest wait, or at most 0 for none
   * @return entries that can be taken, of which an extended one counts as two, and a filler before
   *     it as one: fewer than {@code count} only after the time-out, or where the server is gone
   *     and left no more
   * @throws PeerGoneException where the server is gone and nothing is left to take
   * @throws InterruptedException where the thread was or is interrupted; its status is cleared
   */
  public int await(int count, long timeoutNanos) throws PeerGoneException, InterruptedException {
    return left(waiter.await(count, timeoutNanos, waiting, spinNanos));
  }

  /**
   * As {@link #await} without time-out, however often the thread is interrupted: where it was, it
   * has that status again when this returns or throws.
   *
   * @param count how many, 1 to {@link #credit}
   * @return how many can be taken: fewer than {@code count} only where the server is gone and left
   *     no more
   * @throws PeerGoneException where the server is gone and nothing is left to take
   */
  public int awaitUninterruptibly(int count) throws PeerGoneException {
    return left(waiter.awaitUninterruptibly(count, waiting, spinNanos));
  }

  /** The other end gets what is left, then is told. */
  private int left(int ready) throws PeerGoneException {
    if (ready == 0 && waiter.ended() && cq.refresh() == 0) {
      throw socket.gone();
    }
    return ready;
  }

  /**
   * Whether the server is known to be gone. Completions that it left can still be taken.
   *
   * @return true once the kernel has told so
   */
  public boolean gone() {
    return waiter.ended();
  }

  /** Whether a virtual thread is parked here, or about to be: for tests. */
  boolean parked() {
    return waiter.parked();
  }

  /** Whether nothing new can be asked of the server: it is gone, or this ring is closed. */
  boolean over() {
    return closed || gone();
  }

  /** Throws where {@link #over}. */
  void checkLive() throws PeerGoneException {
    if (closed) {
      throw new IllegalStateException("the ring is closed");
    }
    if (gone()) {
      throw socket.gone();
    }
  }

  /**
   * How many system calls this ring made since it was attached: futex calls to sleep and to wake.
   *
   * @return a count that only grows
   */
  public long systemCalls() {
    return systemCalls + waiter.systemCalls();
  }

  /**
   * Ends the session. The server cancels what is in flight; the regions' memory is unmapped here
   * and must not be used any more.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    watch.close();
    socket.close();
    arena.close();
  }
}
