// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.CqReader;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Producer;

/**
 * A kernel ring's two queues, and the calls that make the kernel look at them: what it was handed,
 * what it has taken, what is in flight. Of one thread, which {@link KernelRing} sees to.
 *
 * <p>A class above that one, not a field of it: each call of the kernel makes the compiler forget
 * what it has loaded, and one more object on the way to each index cost 2 % of a single no-op.
 */
abstract sealed class KernelQueues permits KernelRing {
  final Enter enter;
  Setup setup;
  RingMemory memory;
  Producer sq;
  int capacity;

  private Consumer cq;
  private CqReader completions;

  /** A thread of the kernel takes the entries. */
  private final boolean polled;

  /** The kernel looks for completions only when it is asked to. */
  private final boolean looks;

  private final InlineGuess inline = new InlineGuess();

  /** In flight, less what the indices say: not all entries complete on their own. */
  private long unindexed;

  /** Published, and not taken by the kernel. */
  private int published;

  private long backlogs;

  KernelQueues(Setup setup, RingMemory memory, Enter enter) {
    this.enter = enter;
    polled = setup.has(SetupFlag.SQPOLL);
    looks = setup.has(SetupFlag.IOPOLL) && !polled;
    if (polled) {
      enter.polls(memory);
    }
    use(setup, memory);
  }

  private void use(Setup made, RingMemory mapped) {
    setup = made;
    memory = mapped;
    sq = mapped.sq;
    cq = mapped.cq;
    completions = new CqReader(cq);
    capacity = made.has(SetupFlag.CQE_MIXED) ? CqReader.operationsFor(cq.entries()) : cq.entries();
  }

  /** Goes on with queues of other sizes; answers the memory of those before. */
  final RingMemory change(Setup made, RingMemory mapped) {
    int before = operations();
    RingMemory old = memory;
    use(made, mapped);
    unindexed += before - operations();
    return old;
  }

  /** Hands over what is claimed; answers how many the kernel took. */
  final int handOver() throws ErrnoException {
    publish();
    if (published == 0) {
      return 0;
    }
    int result = taken(enter.submit(published));
    return Math.max(result, 0);
  }

  final void publish() {
    published += sq.pending();
    sq.publish();
    // A handler may submit: what it was called for must have left the queue, else that could
    // overflow.
    cq.release();
  }

  /** Books what the kernel took; passes on what is to be tried again, throws what is not. */
  private int taken(int result) throws ErrnoException {
    if (result >= 0) {
      published -= result;
      RingEvents.submitted(result);
      return result;
    }
    return switch (-result) {
      case Errno.EAGAIN, Errno.EBUSY, Errno.EINTR, Errno.ETIME -> result;
      default -> throw new ErrnoException("io_uring_enter", -result, Enter.reason(-result));
    };
  }

  /** {@link Ring#await}. */
  final int waitFor(int count, long timeoutNanos) throws ErrnoException {
    publish();
    if (published > 0 && inline.isLikely()) {
      taken(enter.submit(published));
      inline.learn(cq.refresh() >= count);
    }
    if (published == 0 && cq.refresh() >= count) {
      return cq.available();
    }
    RingEvents.Wait wait = RingEvents.waits(count);
    int ready = block(count, timeoutNanos);
    RingEvents.waited(wait, ready);
    return ready;
  }

  private int block(int count, long timeoutNanos) throws ErrnoException {
    Rings.checkEnd(timeoutNanos, operations());
    noteBacklog();
    long begin = timeoutNanos > 0 ? System.nanoTime() : 0;
    long left = timeoutNanos;
    boolean again;
    do {
      int result =
          taken(
              timeoutNanos > 0
                  ? enter.await(published, count, 0, left)
                  : enter.await(published, count));
      int ready = cq.refresh();
      // A ring that looks for completions does so no more where there is one.
      again = ready < count && !(looks && ready > 0) && !(starved(result) && relieved());
      if (again && timeoutNanos > 0) {
        left = timeoutNanos - (System.nanoTime() - begin);
        again = left > 0;
      }
    } while (again);
    return cq.available();
  }

  /** {@link KernelRing#await(int, long, long)}. */
  final int waitFor(int count, long leastNanos, long timeoutNanos) throws ErrnoException {
    handOver();
    int ready = cq.refresh();
    if (ready < count) {
      noteBacklog();
      // The kernel's least time is over with the first completion that comes during the wait.
      taken(
          ready == 0
              ? enter.await(published, count, leastNanos, timeoutNanos)
              : enter.await(published, count, 0, Math.max(leastNanos, 1)));
    }
    return cq.refresh();
  }

  /** Whether the kernel took nothing, because it is short of memory or of room. */
  private static boolean starved(int result) {
    return result == -Errno.EAGAIN || result == -Errno.EBUSY;
  }

  /**
   * Waits for the end of an operation that the kernel has, if it has one, which sets memory free.
   * Answers true: there are completions for the caller to take.
   */
  private boolean relieved() throws ErrnoException {
    if (cq.refresh() == 0) {
      if (operations() == published) {
        throw new ErrnoException(
            "io_uring_enter", Errno.EAGAIN, "the kernel has no memory for operations now");
      }
      taken(enter.await(0, 1));
    }
    return true;
  }

  /** {@link Ring#reap}. */
  final int take(CompletionHandler handler, int most) throws ErrnoException {
    try {
      int ready = cq.available();
      int count = completions.take(handler, ready != 0 ? ready : runTasks(), most);
      RingEvents.completed(count);
      return count;
    } finally {
      cq.release();
    }
  }

  /** Lets the kernel finish operations on this thread, where it says that there are some. */
  private int runTasks() throws ErrnoException {
    int wanted = RingMemory.IORING_SQ_TASKRUN | RingMemory.IORING_SQ_CQ_OVERFLOW;
    if ((memory.flags() & wanted) == 0 && !(looks && operations() > published)) {
      return 0;
    }
    noteBacklog();
    taken(enter.await(0, 0));
    return cq.refresh();
  }

  /** Counts how often completions had no room: whatever asks the kernel for some brings them. */
  private void noteBacklog() {
    if ((memory.flags() & RingMemory.IORING_SQ_CQ_OVERFLOW) != 0) {
      RingEvents.overflowed(++backlogs);
    }
  }

  /** Entries that are claimed, or wait to be taken. */
  final int waiting() {
    // A thread of the kernel takes entries when it gets to it: its head says how far it is.
    return polled ? sq.entries() - sq.refreshFree() : published + sq.pending();
  }

  final int operations() {
    // Entries claimed ever, less last completions taken ever.
    return (int) (sq.tail() - completions.completed() + unindexed);
  }

  /** So many more are in flight than the indices say. */
  final void count(long more) {
    unindexed += more;
  }

  final long backlogs() {
    return backlogs;
  }
}
