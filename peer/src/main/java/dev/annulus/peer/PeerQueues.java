// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Futex;
import dev.annulus.ffi.Membarrier;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Producer;
import dev.annulus.ring.RingViolationException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One end of two queues to another process, one each way, whose entries are the application's own:
 * of any size, or submission and completion entries with opcodes of its own.
 *
 * <p>Both ends are alike. Each writes one memory file, which the other can only read: what an end
 * sends, and how far it has taken what it gets. They wait as {@link PeerRing} does; a socket
 * between them tells each of the other's end, with nobody in between.
 *
 * <p>Belongs to one thread at a time, platform or virtual. The other end is not trusted: an index
 * that cannot be true is thrown as a {@link RingViolationException}, upon which {@link #end} tells
 * the other end why; entries must be copied before they are checked.
 */
public final class PeerQueues implements AutoCloseable {
  private final PairSocket socket;
  private final Arena arena;
  private final Producer out;
  private final Consumer in;
  private final WaitStrategy waiting;
  private final long spinNanos;
  private final long outTailAddress;
  private final Waiter waiter;
  private final Hangup.Watch watch;
  private long systemCalls;
  private boolean closed;

  private PeerQueues(PairSocket socket, QueueOptions options, Memory memory) throws ErrnoException {
    this.socket = socket;
    arena = memory.arena;
    waiting = options.waiting();
    spinNanos = options.spinNanos();
    out =
        new Producer(
            PeerLayout.queue(memory.own, memory.other, options.sendEntries(), options.sendSize()));
    in =
        new Consumer(
            PeerLayout.queue(memory.other, memory.own, options.takeEntries(), options.takeSize()));
    if (memory.mayRelax && waiting != WaitStrategy.PARK) {
      in.fenceFor(Membarrier::everywhere);
    }
    outTailAddress = memory.own.address() + PeerLayout.SQ_TAIL;
    waiter = new Waiter(in, memory.other, PeerLayout.SQ_TAIL);
    watch = Hangup.watch(socket.fd(), waiter);
  }

  private record Memory(Arena arena, MemorySegment own, MemorySegment other, boolean mayRelax) {}

  /**
   * Sets the queues up with the other end. Blocks the calling thread, a carrier too, until that has
   * come and says the same of the entries.
   *
   * @param end taken over and closed, whatever the outcome
   * @param options what the entries are
   * @return the queues, owned by the calling thread until they are handed on
   * @throws ErrnoException where nobody comes in time, memory is short, or the two do not agree
   * @throws PeerGoneException where the other end is gone already
   */
  public static PeerQueues open(PeerEnd end, QueueOptions options) throws IOException {
    try (end) {
      checkSizes(end, options);
      PairSocket socket = new PairSocket(end.socket());
      end.socketTaken();
      Arena arena = Arena.ofShared();
      try {
        Memory memory = setUp(end, socket, options, arena);
        return new PeerQueues(socket, options, memory);
      } catch (IOException | RuntimeException e) {
        arena.close();
        socket.close();
        throw e;
      }
    }
  }

  private static void checkSizes(PeerEnd end, QueueOptions options) throws ErrnoException {
    if (end.ownBytes() != options.ownBytes() || end.otherBytes() != options.otherBytes()) {
      throw new ErrnoException(
          "set up queues of %d and %d bytes".formatted(options.ownBytes(), options.otherBytes()),
          Errno.EINVAL,
          "they were made with %d and %d".formatted(end.ownBytes(), end.otherBytes()));
    }
    int errno = SharedMemory.check(end.file(), end.ownBytes());
    if (errno != 0) {
      throw new ErrnoException(
          "set up queues (fcntl, fstatfs, lseek)", errno, "the memory's size is not sealed");
    }
  }

  /**
   * The first end decides where indices start. Each maps its file, then seals it against all later
   * writers, and only then lets go of it.
   */
  private static Memory setUp(PeerEnd end, PairSocket socket, QueueOptions options, Arena arena)
      throws IOException {
    MemorySegment own = SharedMemory.map(end.file(), end.ownBytes(), true, arena);
    PairSocket.Ready ready = end.first() ? null : socket.awaitReady(options);
    try {
      long start = end.first() ? options.startIndex() : ready.startIndex();
      PeerLayout.start(own, start);
      SharedMemory.finish(end.file(), true);
      socket.ready(options, start, end.file());
      if (end.first()) {
        ready = socket.awaitReady(options);
      }
      MemorySegment other = SharedMemory.map(ready.file(), options.otherBytes(), false, arena);
      return new Memory(arena, own, other, ready.mayRelax());
    } finally {
      if (ready != null) {
        Files.close(ready.file());
      }
    }
  }

  /**
   * The queue to claim entries in; {@link #publish} makes them visible.
   *
   * @return the producing end
   */
  public Producer out() {
    return out;
  }

  /**
   * The queue of what the other end sends.
   *
   * @return the consuming end
   */
  public Consumer in() {
    return in;
  }

  /** Publishes what was claimed; wakes the other end if it sleeps for it. */
  public void publish() {
    if (out.publish()) {
      systemCalls++;
      Futex.wake(outTailAddress, 1);
    }
  }

  /**
   * Waits until a number of entries can be taken. Woken once for all of them. Ends when the thread
   * is interrupted, as {@link PeerRing#await} does.
   *
   * @param count how many, 1 to the entries of the queue less those taken and not released
   * @param timeoutNanos longest wait, or at most 0 for none
   * @return how many can be taken: fewer than {@code count} only after the time-out, or where the
   *     other end is gone and left no more
   * @throws PeerGoneException where the other end is gone and nothing is left to take; says why
   * @throws InterruptedException where the thread was or is interrupted; its status is cleared
   * @throws RingViolationException where the other end wrote a tail that cannot be true
   */
  public int await(int count, long timeoutNanos) throws PeerGoneException, InterruptedException {
    int ready = waiter.await(count, timeoutNanos, waiting, spinNanos);
    if (ready == 0 && waiter.ended() && in.refresh() == 0) {
      throw socket.gone();
    }
    return ready;
  }

  /**
   * Whether the other end is known to be gone. Entries that it left can still be taken.
   *
   * @return true once the kernel has told so
   */
  public boolean gone() {
    return waiter.ended();
  }

  /**
   * How many system calls were made to sleep and to wake the other end.
   *
   * @return a count that only grows
   */
  public long systemCalls() {
    return systemCalls + waiter.systemCalls();
  }

  /**
   * Closes, and tells the other end that it broke the protocol. It can still take what was sent.
   *
   * @param violation what it did
   */
  public void end(RingViolationException violation) {
    end(Errno.EPROTO, violation.getMessage());
  }

  private void end(int errno, String why) {
    if (closed) {
      return;
    }
    closed = true;
    socket.say(errno, why);
    watch.close();
    socket.close();
    arena.close();
  }

  /**
   * Ends the queues: the other end can take what was published, then is told. All memory of them is
   * unmapped here. A second call does nothing.
   */
  @Override
  public void close() {
    end(Errno.ESHUTDOWN, "it was closed");
  }
}
