// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.UringParams;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.CqReader;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.Producer;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A ring served by the Linux kernel.
 *
 * <p>Source: {@code io_uring_setup(2)}, {@code io_uring_enter(2)}, {@code io_uring_register(2)}.
 */
public final class KernelRing implements Ring {
  private static final int IORING_ASYNC_CANCEL_ANY = 1 << 2;
  private static final long CANCEL_AGAIN_NANOS = 100_000_000;
  private static final CompletionHandler DROP = (userData, result, flags) -> {};

  private final Owner owner;
  private final Arena arena;
  private final Setup setup;
  private final RingMemory memory;
  private final MemorySegment entries;
  private final Producer sq;
  private final Consumer cq;
  private final CqReader completions;
  private final int capacity;
  private final Enter enter;
  private final Registered registered;
  private final OpcodeProbe probe;
  private final InlineGuess inline = new InlineGuess();

  /** So many entries can be claimed before the number in flight must be looked at again. */
  private int room;

  /** Published, and not taken by the kernel. */
  private int published;

  private KernelRing(Owner owner, Setup setup, Arena arena) throws ErrnoException {
    this.owner = owner;
    this.setup = setup;
    this.arena = arena;
    setup.requireFeatures();
    memory = new RingMemory(setup, arena);
    sq = memory.sq;
    entries = sq.slots();
    cq = memory.cq;
    completions = new CqReader(cq);
    capacity = setup.isMixed() ? CqReader.operationsFor(cq.entries()) : cq.entries();
    enter = new Enter(setup.fd, arena);
    registered = new Registered(setup.fd);
    probe = OpcodeProbe.of(setup.fd, arena);
    requireCancel();
    enter.registerRing();
  }

  /**
   * Sets a ring up; it belongs to the calling thread, a platform thread.
   *
   * @param options sizes and flags; the policy is not looked at
   * @return the ring
   * @throws ErrnoException where the kernel or somebody in its place refuses; says who, and the
   *     remedy
   * @throws IllegalStateException on a virtual thread
   */
  public static KernelRing open(RingOptions options) throws ErrnoException {
    Owner owner = new Owner();
    Setup setup = Setup.run(options);
    Arena arena = Arena.ofShared();
    KernelRing ring = null;
    try {
      ring = new KernelRing(owner, setup, arena);
      return ring;
    } finally {
      if (ring == null) {
        arena.close();
        Files.close(setup.fd);
      }
    }
  }

  /** Refuses a kernel on which close could not cancel what it knows nothing of. */
  private void requireCancel() throws ErrnoException {
    cancelAll();
    await(1, 0);
    int[] answer = new int[1];
    reap((userData, result, flags) -> answer[0] = result, 1);
    if (answer[0] < 0) {
      throw new ErrnoException(
          "IORING_OP_ASYNC_CANCEL with IORING_ASYNC_CANCEL_ANY", -answer[0], Refusal.OLDEST);
    }
  }

  @Override
  public MemorySegment entries() {
    return entries;
  }

  @Override
  public long claim() {
    owner.check();
    if (room == 0) {
      room = Math.max(capacity - inFlight(), 0);
      if (room == 0) {
        return -1;
      }
    }
    long at = sq.claim();
    if (at >= 0) {
      room--;
    }
    return at;
  }

  @Override
  public void unclaim() {
    owner.check();
    sq.unclaim();
  }

  @Override
  public int submit() throws ErrnoException {
    owner.check();
    publish();
    if (published == 0) {
      return 0;
    }
    int result = taken(enter.submit(published));
    return Math.max(result, 0);
  }

  private void publish() {
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
      return result;
    }
    return switch (-result) {
      case Errno.EAGAIN, Errno.EBUSY, Errno.EINTR, Errno.ETIME -> result;
      default -> throw new ErrnoException("io_uring_enter", -result, Refusal.reason(-result));
    };
  }

  @Override
  public int await(int count, long timeoutNanos) throws ErrnoException {
    owner.checkOutside();
    Rings.checkCount(count, capacity);
    publish();
    if (published > 0 && inline.isLikely()) {
      taken(enter.submit(published));
      inline.learn(cq.refresh() >= count);
    }
    if (published == 0 && cq.refresh() >= count) {
      return cq.available();
    }
    return block(count, timeoutNanos);
  }

  private int block(int count, long timeoutNanos) throws ErrnoException {
    Rings.checkEnd(timeoutNanos, inFlight());
    long begin = timeoutNanos > 0 ? System.nanoTime() : 0;
    long left = timeoutNanos;
    boolean again;
    do {
      int result =
          taken(
              timeoutNanos > 0
                  ? enter.await(published, count, left)
                  : enter.await(published, count));
      again = cq.refresh() < count && !(starved(result) && relieved());
      if (again && timeoutNanos > 0) {
        left = timeoutNanos - (System.nanoTime() - begin);
        again = left > 0;
      }
    } while (again);
    return cq.available();
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
      if (inFlight() == published) {
        throw new ErrnoException(
            "io_uring_enter", Errno.EAGAIN, "the kernel has no memory for operations now");
      }
      taken(enter.await(0, 1));
    }
    return true;
  }

  @Override
  public int reap(CompletionHandler handler, int most) throws ErrnoException {
    owner.handling();
    try {
      int ready = cq.available();
      return completions.take(handler, ready != 0 ? ready : runTasks(), most);
    } finally {
      cq.release();
      owner.handled();
    }
  }

  /** Lets the kernel finish operations on this thread, where it says that there are some. */
  private int runTasks() throws ErrnoException {
    int wanted = RingMemory.IORING_SQ_TASKRUN | RingMemory.IORING_SQ_CQ_OVERFLOW;
    if ((memory.flags() & wanted) == 0) {
      return 0;
    }
    taken(enter.await(0, 0));
    return cq.refresh();
  }

  @Override
  public int pending() {
    return published + sq.pending();
  }

  @Override
  public int inFlight() {
    // Entries claimed ever, less last completions taken ever.
    return (int) (sq.tail() - completions.completed());
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public boolean supports(int opcode) {
    return probe.supports(opcode);
  }

  @Override
  public void registerBuffers(MemorySegment... buffers) throws ErrnoException {
    owner.checkOutside();
    registered.buffers(buffers);
  }

  @Override
  public void registerFiles(int count) throws ErrnoException {
    owner.checkOutside();
    registered.files(count);
  }

  @Override
  public void registerFile(int place, int fd) throws ErrnoException {
    owner.checkOutside();
    registered.file(place, fd);
  }

  /**
   * The ring's descriptor: for other rings to send messages to, and for {@code epoll(7)}. It stays
   * the ring's.
   *
   * @return a descriptor that is open until {@link #close}
   */
  public int fd() {
    owner.check();
    return setup.fd;
  }

  @Override
  public RingInfo info() {
    return new RingInfo(
        "io_uring",
        setup.remark(),
        setup.get(UringParams.FLAGS),
        setup.get(UringParams.FEATURES),
        sq.entries(),
        cq.entries(),
        enter.calls(),
        owner.isClosed() ? 0 : memory.overflows());
  }

  @Override
  public void close() {
    if (owner.isClosed()) {
      return;
    }
    owner.checkOutside();
    try {
      drain();
    } catch (ErrnoException e) {
      throw new IllegalStateException("the kernel does not give back what is in flight", e);
    }
    enter.unregisterRing();
    owner.close();
    arena.close();
    Files.close(setup.fd);
  }

  /** Nothing is freed while the kernel may still write to it. */
  private void drain() throws ErrnoException {
    submit();
    while (inFlight() > 0) {
      cancelAll();
      while (inFlight() > 0 && await(Math.min(inFlight(), capacity), CANCEL_AGAIN_NANOS) > 0) {
        reap(DROP, capacity);
      }
    }
  }

  /**
   * Claims the cancellation of all that the kernel has. It may be one more than the capacity: the
   * kernel keeps a completion without room until there is some ({@code IORING_FEAT_NODROP}).
   */
  private void cancelAll() {
    long at = sq.claim();
    if (at >= 0) {
      SqEntry.fill(entries, at, Opcode.ASYNC_CANCEL, -1, 0, 0, 0, 0);
      SqEntry.opFlags(entries, at, IORING_ASYNC_CANCEL_ANY);
      publish();
    }
  }
}
