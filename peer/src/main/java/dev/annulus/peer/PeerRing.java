// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Futex;
import dev.annulus.ffi.Membarrier;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Producer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The client's end of a ring to another process: submits entries and reaps completions.
 *
 * <p>Belongs to one thread at a time. {@link #await} may block that thread; everything else on the
 * path makes no system call, except to wake a sleeping server.
 */
public final class PeerRing implements AutoCloseable {
  private final AttachSocket socket;
  private final Arena arena;
  private final Producer sq;
  private final Consumer cq;
  private final int credit;
  private final WaitStrategy waiting;
  private final long spinNanos;
  private final long sqTailAddress;
  private final long cqTailAddress;

  /** 0 until the server is gone, then 1: written by the hang-up thread alone. */
  private final MemorySegment goneWord;

  private final MemorySegment waitVector;
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
    sq = new Producer(PeerLayout.sq(client, server, attached.sqEntries()));
    cq = new Consumer(PeerLayout.cq(client, server, attached.cqEntries()));
    if (attached.mayRelax() && waiting != WaitStrategy.PARK) {
      cq.fenceFor(Membarrier::everywhere);
    }
    sqTailAddress = client.address() + PeerLayout.SQ_TAIL;
    cqTailAddress = server.address() + PeerLayout.CQ_TAIL;
    goneWord = arena.allocate(4, 64);
    waitVector = arena.allocate(2L * Futex.WAITV_SIZE, 8);
    watch = Hangup.watch(socket.fd(), goneWord);
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
      attached = socket.attach(options.credit());
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
   * The queue to claim entries in; {@link #submit} publishes them.
   *
   * @return the producing end
   */
  public Producer sq() {
    return sq;
  }

  /**
   * The queue to take completions from.
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

  /** Publishes what was claimed; wakes the server if it sleeps. Makes no other system call. */
  public void submit() {
    if (sq.publish()) {
      systemCalls++;
      Futex.wake(sqTailAddress, 1);
    }
  }

  /**
   * Waits until a number of completions can be taken.
   *
   * @param count how many, 1 to {@link #credit}
   * @param timeoutNanos longest wait, or at most 0 for none
   * @return how many can be taken: fewer than {@code count} only after the time-out, or where the
   *     server is gone and left no more
   * @throws PeerGoneException where the server is gone and nothing is left to take
   */
  public int await(int count, long timeoutNanos) throws PeerGoneException {
    int ready = cq.available();
    if (ready >= count) {
      return ready;
    }
    long deadline = deadline(timeoutNanos);
    ready = spin(count, deadline);
    while (ready < count) {
      if (Hangup.gone(goneWord)) {
        return left();
      }
      if (deadline != 0 && System.nanoTime() - deadline >= 0) {
        return cq.refresh();
      }
      if (!cq.arm(count)) {
        sleep(deadline);
      }
      ready = cq.refresh();
    }
    return ready;
  }

  /** Absolute time, or 0 for none: also where it lies beyond what a long can say, in 292 years. */
  private static long deadline(long timeoutNanos) {
    return timeoutNanos > 0 ? Math.max(System.nanoTime() + timeoutNanos, 0) : 0;
  }

  /** Spins as the strategy says; the time is looked at only now and then. */
  private int spin(int count, long deadline) {
    int ready = cq.refresh();
    if (waiting == WaitStrategy.PARK || ready >= count) {
      return ready;
    }
    long until = waiting == WaitStrategy.BUSY_SPIN ? deadline : System.nanoTime() + spinNanos;
    for (int round = 1; ready < count; round++) {
      Thread.onSpinWait();
      ready = cq.refresh();
      if (round % 64 == 0
          && (Hangup.gone(goneWord) || until != 0 && System.nanoTime() - until >= 0)) {
        break;
      }
    }
    return ready;
  }

  /**
   * Sleeps until the CQ tail moves or the server is gone. The tail's low 32 bits are enough: they
   * differ from the expected value until 2^32 completions have come, and credit bounds these to
   * 2^16.
   */
  private void sleep(long deadline) {
    Futex.waitv(waitVector, 0, cqTailAddress, cq.tailLow());
    Futex.waitv(waitVector, 1, goneWord.address(), 0);
    systemCalls++;
    int woken = Futex.awaitAny(waitVector, 2, deadline);
    if (woken == -Errno.ENOSYS) {
      sleepOnOne(deadline);
    }
  }

  /** Before Linux 5.16 one call waits for one word: look at the other 50 times a second. */
  private void sleepOnOne(long deadline) {
    long slice = 20_000_000;
    if (deadline != 0) {
      slice = Math.clamp(deadline - System.nanoTime(), 1, slice);
    }
    Futex.await(cqTailAddress, cq.tailLow(), slice);
  }

  /** The other end gets what is left, then is told. */
  private int left() throws PeerGoneException {
    int ready = cq.refresh();
    if (ready == 0) {
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
    return Hangup.gone(goneWord);
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
    return systemCalls;
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
