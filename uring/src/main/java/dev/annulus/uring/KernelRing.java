// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Memory;
import dev.annulus.ffi.Uring;
import dev.annulus.ffi.UringParams;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.Producer;
import dev.annulus.ring.QueueLayout;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A ring served by the Linux kernel.
 *
 * <p>Source: {@code io_uring_setup(2)}, {@code io_uring_enter(2)}, {@code io_uring_register(2)}.
 */
public final class KernelRing implements Ring {
  private static final int IORING_ENTER_GETEVENTS = 1;
  private static final int IORING_ENTER_EXT_ARG = 1 << 3;
  private static final int IORING_SQ_CQ_OVERFLOW = 1 << 1;
  private static final int IORING_SQ_TASKRUN = 1 << 2;
  private static final int IORING_ASYNC_CANCEL_ANY = 1 << 2;
  private static final long CANCEL_ALL = -1L;
  private static final VarHandle INT = JAVA_INT.varHandle();

  private final Thread owner = Thread.currentThread();
  private final Arena arena;
  private final Setup setup;
  private final int fd;
  private final MemorySegment rings;
  private final long kernelFlagsAt;
  private final Producer sq;
  private final Consumer cq;
  private final int capacity;
  private final MemorySegment errno = Uring.newCapture();
  private final WaitArgument waitArgument;
  private final OpcodeProbe probe;
  private final Registered registered;
  private boolean hasBuffers;
  private boolean hasFiles;
  private int inFlight;
  private int published;
  private long systemCalls;
  private boolean closed;

  private KernelRing(Setup setup, Arena arena) throws ErrnoException {
    this.setup = setup;
    this.arena = arena;
    fd = setup.fd;
    setup.requireFeatures();
    int sqEntries = setup.get(UringParams.SQ_ENTRIES);
    capacity = setup.get(UringParams.CQ_ENTRIES);
    rings = map(UringParams.IORING_OFF_SQ_RING, ringsSize(sqEntries));
    MemorySegment sqes = map(UringParams.IORING_OFF_SQES, (long) sqEntries * SqEntry.SIZE);
    kernelFlagsAt = Integer.toUnsignedLong(setup.get(UringParams.SQ_FLAGS));
    sq = new Producer(layout(UringParams.SQ_TAIL, UringParams.SQ_HEAD, sqes, 0, sqEntries, true));
    long cqes = Integer.toUnsignedLong(setup.get(UringParams.CQ_CQES));
    cq =
        new Consumer(
            layout(UringParams.CQ_TAIL, UringParams.CQ_HEAD, rings, cqes, capacity, false));
    if (hasArray()) {
      fillArray(sqEntries);
    }
    waitArgument = new WaitArgument(arena);
    probe = OpcodeProbe.of(fd, arena);
    registered = new Registered(fd);
  }

  /**
   * Sets a ring up; it belongs to the calling thread.
   *
   * @param options sizes and flags; the policy is not looked at
   * @return the ring
   * @throws ErrnoException where the kernel or somebody in its place refuses; says who, and the
   *     remedy
   */
  public static KernelRing open(RingOptions options) throws ErrnoException {
    Arena arena = Arena.ofShared();
    Setup setup = null;
    try {
      setup = Setup.run(options, arena);
      return new KernelRing(setup, arena);
    } catch (ErrnoException | RuntimeException e) {
      arena.close();
      if (setup != null) {
        Files.close(setup.fd);
      }
      throw e;
    }
  }

  private boolean hasArray() {
    return (setup.get(UringParams.FLAGS) & Setup.IORING_SETUP_NO_SQARRAY) == 0;
  }

  private long ringsSize(int sqEntries) {
    long array = hasArray() ? setup.get(UringParams.SQ_ARRAY) + 4L * sqEntries : 0;
    long cqes = setup.get(UringParams.CQ_CQES) + (long) CqEntry.SIZE * capacity;
    return Math.max(array, cqes);
  }

  private MemorySegment map(long offset, long size) throws ErrnoException {
    int prot = Memory.PROT_READ | Memory.PROT_WRITE;
    int flags = Memory.MAP_SHARED | Memory.MAP_POPULATE;
    return switch (Memory.map(fd, offset, size, prot, flags, arena)) {
      case Memory.Mapping.Mapped mapped -> mapped.memory();
      case Memory.Mapping.Failed failed ->
          throw new ErrnoException(
              "mmap of io_uring", failed.errno(), Refusal.reason(failed.errno()));
    };
  }

  /** The kernel's words are 32 bits wide, and it has no event index. */
  private QueueLayout layout(
      int tail, int head, MemorySegment slots, long slotsAt, int entries, boolean submission) {
    return new QueueLayout(
        rings,
        Integer.toUnsignedLong(setup.get(tail)),
        rings,
        Integer.toUnsignedLong(setup.get(head)),
        QueueLayout.NONE,
        slots,
        slotsAt,
        entries,
        submission ? SqEntry.SIZE : CqEntry.SIZE,
        false);
  }

  /** The array of older rings says which entry stands in which slot: always the same one here. */
  private void fillArray(int entries) {
    long at = Integer.toUnsignedLong(setup.get(UringParams.SQ_ARRAY));
    for (int i = 0; i < entries; i++) {
      rings.set(JAVA_INT, at + 4L * i, i);
    }
  }

  private void check() {
    if (Thread.currentThread() != owner) {
      throw new WrongThreadException("this ring belongs to " + owner);
    }
    if (closed) {
      throw new IllegalStateException("the ring is closed");
    }
  }

  @Override
  public MemorySegment entries() {
    return sq.slots();
  }

  @Override
  public long claim() {
    check();
    if (inFlight == capacity) {
      return -1;
    }
    long at = sq.claim();
    if (at >= 0) {
      inFlight++;
    }
    return at;
  }

  @Override
  public void unclaim() {
    check();
    sq.unclaim();
    inFlight--;
  }

  @Override
  public int submit() throws ErrnoException {
    check();
    publish();
    if (published == 0) {
      return 0;
    }
    int result = enter(published, 0, 0, 0, 0);
    if (result < 0 && !transientFailure(result)) {
      throw new ErrnoException("io_uring_enter", -result);
    }
    return Math.max(result, 0);
  }

  @Override
  public int await(int count, long timeoutNanos) throws ErrnoException {
    check();
    publish();
    if (published == 0 && cq.refresh() >= count) {
      return cq.available();
    }
    long deadline = timeoutNanos > 0 ? System.nanoTime() + timeoutNanos : 0;
    do {
      long left = deadline == 0 ? 0 : Math.max(deadline - System.nanoTime(), 1);
      int flags = IORING_ENTER_GETEVENTS | (deadline == 0 ? 0 : IORING_ENTER_EXT_ARG);
      long argument = deadline == 0 ? 0 : waitArgument.of(left);
      int result = enter(published, count, flags, argument, deadline == 0 ? 0 : WaitArgument.SIZE);
      if (result == -Errno.ETIME || result == -Errno.EINTR) {
        break;
      }
      if (result < 0 && !transientFailure(result)) {
        throw new ErrnoException("io_uring_enter", -result);
      }
      // A call that handed over less than all of it returns at once: go on with the rest.
    } while (cq.refresh() < count && (published > 0 || deadline == 0));
    return cq.refresh();
  }

  /** The kernel is short of memory, or has completions waiting: to be tried again. */
  private static boolean transientFailure(int result) {
    return result == -Errno.EAGAIN || result == -Errno.EBUSY || result == -Errno.EINTR;
  }

  private void publish() {
    published += sq.pending();
    sq.publish();
  }

  private int enter(int toSubmit, int count, int flags, long argument, long size) {
    systemCalls++;
    int result = Uring.enter(errno, fd, toSubmit, count, flags, argument, size);
    if (result > 0) {
      published -= result;
    }
    return result;
  }

  @Override
  public int reap(CompletionHandler handler, int most) throws ErrnoException {
    check();
    int ready = cq.available();
    if (ready == 0) {
      ready = runTasks();
    }
    int count = Math.min(ready, most);
    MemorySegment slots = cq.slots();
    for (int i = 0; i < count; i++) {
      long at = cq.next();
      long userData = CqEntry.userData(slots, at);
      int result = CqEntry.res(slots, at);
      int flags = CqEntry.flags(slots, at);
      if ((flags & CqEntry.IORING_CQE_F_MORE) == 0) {
        inFlight--;
      }
      handler.completed(userData, result, flags);
    }
    cq.release();
    return count;
  }

  /** Lets the kernel finish operations on this thread, where it says that there are some. */
  private int runTasks() throws ErrnoException {
    // Opaque: a hint; what it announces is ordered by the system call.
    int kernelFlags = (int) INT.getOpaque(rings, kernelFlagsAt);
    if ((kernelFlags & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) == 0) {
      return 0;
    }
    int result = enter(0, 0, IORING_ENTER_GETEVENTS, 0, 0);
    if (result < 0 && !transientFailure(result)) {
      throw new ErrnoException("io_uring_enter", -result);
    }
    return cq.refresh();
  }

  @Override
  public void registerBuffers(MemorySegment... buffers) throws ErrnoException {
    check();
    if (hasBuffers) {
      registered.noBuffers();
      hasBuffers = false;
    }
    if (buffers.length > 0) {
      registered.buffers(buffers);
      hasBuffers = true;
    }
  }

  @Override
  public void registerFiles(int count) throws ErrnoException {
    check();
    if (hasFiles) {
      registered.noFiles();
      hasFiles = false;
    }
    if (count > 0) {
      registered.files(count);
      hasFiles = true;
    }
  }

  @Override
  public void registerFile(int place, int fd) throws ErrnoException {
    check();
    registered.file(place, fd);
  }

  @Override
  public int pending() {
    return published + sq.pending();
  }

  @Override
  public int inFlight() {
    return inFlight;
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
  public RingInfo info() {
    return new RingInfo(
        "io_uring",
        setup.givenUp == 0 ? "" : "without set-up flags 0x" + Integer.toHexString(setup.givenUp),
        setup.get(UringParams.FLAGS),
        setup.get(UringParams.FEATURES),
        sq.entries(),
        capacity,
        systemCalls,
        closed
            ? 0
            : Integer.toUnsignedLong(
                rings.get(JAVA_INT, Integer.toUnsignedLong(setup.get(UringParams.CQ_OVERFLOW)))));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    check();
    try {
      cancelAll();
    } catch (ErrnoException e) {
      throw new IllegalStateException("the kernel does not give back what is in flight", e);
    }
    closed = true;
    arena.close();
    Files.close(fd);
  }

  /** Nothing is freed while the kernel may still write to it. */
  private void cancelAll() throws ErrnoException {
    while (inFlight > 0) {
      submit();
      while (reap((userData, result, flags) -> {}, Integer.MAX_VALUE) > 0) {
        // Room for the cancellation.
      }
      if (inFlight == 0) {
        return;
      }
      long at = claim();
      if (at >= 0) {
        SqEntry.fill(entries(), at, Opcode.ASYNC_CANCEL, -1, 0, 0, 0, CANCEL_ALL);
        SqEntry.opFlags(entries(), at, IORING_ASYNC_CANCEL_ANY);
      }
      await(1, 0);
      await(inFlight, 100_000_000);
      reap((userData, result, flags) -> {}, Integer.MAX_VALUE);
    }
  }
}
