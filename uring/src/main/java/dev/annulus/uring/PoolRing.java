// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.CqReader;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.Nop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The stand-in where io_uring is forbidden or absent: the same entries, executed by a bounded pool
 * of threads with the ordinary system calls. Slower, and it allocates; semantics are those of the
 * kernel's ring, for the opcodes that it {@link #supports}.
 *
 * <p>What differs: entries are neither linked nor drained, polls and timeouts complete once. A call
 * that blocks, such as a read of a slow disk, cannot be cancelled while it runs, and holds one of
 * the threads; waits for streams, polls, timeouts, futexes and children do not. A futex's wake that
 * leaves the word as it was may be missed; WAITID waits for the end of one child, by number or
 * pidfd.
 */
public final class PoolRing implements Ring {
  private static final BitSet SUPPORTED =
      Opcodes.of(
          Opcode.NOP,
          Opcode.READ,
          Opcode.WRITE,
          Opcode.READ_FIXED,
          Opcode.WRITE_FIXED,
          Opcode.FSYNC,
          Opcode.OPENAT,
          Opcode.OPENAT2,
          Opcode.CLOSE,
          Opcode.STATX,
          Opcode.TIMEOUT,
          Opcode.ASYNC_CANCEL,
          Opcode.POLL_ADD,
          Opcode.WAITID,
          Opcode.FUTEX_WAIT,
          Opcode.FUTEX_WAKE,
          Opcode.FUTEX_WAITV);

  private static final BitSet TAKES_FIXED_FILE =
      Opcodes.of(
          Opcode.READ,
          Opcode.WRITE,
          Opcode.READ_FIXED,
          Opcode.WRITE_FIXED,
          Opcode.FSYNC,
          Opcode.POLL_ADD);

  private static final int IORING_ASYNC_CANCEL_ALL = 1;
  private static final int IORING_ASYNC_CANCEL_ANY = 1 << 2;
  private static final int IORING_ASYNC_CANCEL_USERDATA = 1 << 4;
  private static final int CANCEL_FLAGS =
      IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_USERDATA;

  /** Flags of entries that mean something here; a worker is used for all in any case. */
  private static final int FLAGS = SqEntry.IOSQE_FIXED_FILE | SqEntry.IOSQE_ASYNC;

  private static final CompletionHandler DROP = (userData, result, flags) -> {};

  private final Owner owner = new Owner();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment entries;
  private final int sqEntries;
  private final int cqEntries;
  private final int capacity;
  private final boolean mixed;
  private final String reason;
  private final PoolCompletions completions = new PoolCompletions();
  private final PoolWaits waits = new PoolWaits(completions);
  private final PoolFiles files = new PoolFiles();
  private final PoolBuffers buffers = new PoolBuffers();
  private final ThreadPoolExecutor pool;
  private int claimed;
  private int inFlight;

  /**
   * Starts a stand-in; it belongs to the calling thread, a platform thread.
   *
   * @param options sizes and number of threads; started when needed
   * @param reason why the kernel's ring is not used, for {@link RingInfo}
   * @throws IllegalStateException on a virtual thread
   */
  public PoolRing(RingOptions options, String reason) {
    this.reason = reason;
    sqEntries = Integer.highestOneBit(2 * options.entries() - 1);
    cqEntries = Integer.highestOneBit(2 * options.cqEntries() - 1);
    mixed = options.has(SetupFlag.CQE_MIXED);
    capacity = mixed ? CqReader.operationsFor(cqEntries) : cqEntries;
    entries = arena.allocate((long) sqEntries * SqEntry.SIZE, 64);
    pool =
        new ThreadPoolExecutor(
            options.threads(),
            options.threads(),
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("annulus-pool-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public MemorySegment entries() {
    return entries;
  }

  @Override
  public long claim() {
    owner.check();
    if (claimed == sqEntries || inFlight == capacity) {
      return -1;
    }
    inFlight++;
    return (long) claimed++ * SqEntry.SIZE;
  }

  @Override
  public long claim(int count) {
    owner.check();
    Rings.checkRun(count, sqEntries);
    if (count > sqEntries - claimed || count > capacity - inFlight) {
      return -1;
    }
    long at = (long) claimed * SqEntry.SIZE;
    claimed += count;
    inFlight += count;
    return at;
  }

  @Override
  public void unclaim() {
    owner.check();
    if (claimed == 0) {
      throw new IllegalStateException("unclaim without a claimed entry");
    }
    claimed--;
    inFlight--;
  }

  @Override
  public int submit() {
    owner.check();
    int count = claimed;
    for (int i = 0; i < count; i++) {
      start(new PoolTask(entries, (long) i * SqEntry.SIZE));
    }
    claimed = 0;
    RingEvents.submitted(count);
    return count;
  }

  private void start(PoolTask task) {
    int refused = refusal(task);
    if (refused != 0) {
      task.release();
      completions.post(task.userData, refused);
      return;
    }
    switch (task.opcode) {
      case Opcode.NOP -> nop(task);
      case Opcode.ASYNC_CANCEL -> completions.post(task.userData, cancel(task));
      case Opcode.FUTEX_WAKE -> completions.post(task.userData, PoolCalls.wake(task));
      case Opcode.TIMEOUT,
          Opcode.POLL_ADD,
          Opcode.WAITID,
          Opcode.FUTEX_WAIT,
          Opcode.FUTEX_WAITV -> {
        completions.started(task);
        waits.start(task);
      }
      case Opcode.CLOSE -> {
        // As good as begun: a descriptor whose close was cancelled would stay open for ever.
        task.begin();
        completions.started(task);
        pool.execute(() -> run(task));
      }
      default -> {
        completions.started(task);
        pool.execute(() -> runIfWanted(task));
      }
    }
  }

  /** With {@code IORING_NOP_CQE32} it completes extended, with the numbers that it was given. */
  private void nop(PoolTask task) {
    if (task.opFlags == 0) {
      completions.post(task.userData, 0);
    } else if (task.opFlags == Nop.IORING_NOP_CQE32 && mixed) {
      completions.postExtended(task.userData, 0, task.off, task.addr);
    } else {
      completions.post(task.userData, -Errno.EINVAL);
    }
  }

  /** What the kernel would answer at once, as -errno, or 0. */
  private int refusal(PoolTask task) {
    if ((task.flags & ~FLAGS) != 0 || !SUPPORTED.get(task.opcode)) {
      return -Errno.EINVAL;
    }
    boolean fixed = (task.flags & SqEntry.IOSQE_FIXED_FILE) != 0;
    if (fixed && !(TAKES_FIXED_FILE.get(task.opcode) && task.resolve(files))) {
      return -Errno.EBADF;
    }
    boolean buffered = task.opcode == Opcode.READ_FIXED || task.opcode == Opcode.WRITE_FIXED;
    if (buffered && !buffers.holds(task.bufIndex, task.addr, task.len)) {
      return -Errno.EFAULT;
    }
    task.arguments = PoolArguments.of(task);
    return -task.arguments.errno();
  }

  private void runIfWanted(PoolTask task) {
    if (task.begin()) {
      run(task);
    }
  }

  /** Pool's thread: executes a task, or lets it wait for its stream. */
  private void run(PoolTask task) {
    int result = -Errno.EIO; // what a fault of this code comes to: an operation always ends
    try {
      result = PoolCalls.run(task);
    } finally {
      if (result != PoolCalls.WOULD_BLOCK) {
        completions.finish(task, result);
      }
    }
    if (result == PoolCalls.WOULD_BLOCK) {
      boolean write = task.opcode == Opcode.WRITE || task.opcode == Opcode.WRITE_FIXED;
      int refused = waits.stream(task, write, this::goOn);
      if (refused != 0) {
        completions.finish(task, refused);
      }
    }
  }

  /** Poller's thread: the stream is ready. */
  private void goOn(PoolTask task) {
    task.ready = true;
    if (task.suspend()) {
      pool.execute(() -> runIfWanted(task));
    } else {
      completions.finish(task, -Errno.ECANCELED);
    }
  }

  private int cancel(PoolTask request) {
    if ((request.opFlags & ~CANCEL_FLAGS) != 0) {
      return -Errno.EINVAL;
    }
    boolean any = (request.opFlags & IORING_ASYNC_CANCEL_ANY) != 0;
    return any || (request.opFlags & IORING_ASYNC_CANCEL_ALL) != 0
        ? completions.cancelAll(any, request.addr, waits)
        : completions.cancel(request.addr, waits);
  }

  @Override
  public int await(int count, long timeoutNanos) {
    owner.checkOutside();
    Rings.checkCount(count, capacity);
    submit();
    if (completions.ready() < count) {
      Rings.checkEnd(timeoutNanos, inFlight);
    }
    RingEvents.Wait wait = RingEvents.waits(count);
    int ready = completions.await(count, timeoutNanos);
    RingEvents.waited(wait, ready);
    return ready;
  }

  @Override
  public int reap(CompletionHandler handler, int most) {
    owner.handling();
    try {
      int count = Math.min(completions.ready(), most);
      for (int i = 0; i < count; i++) {
        PoolCompletions.Completion next = completions.take();
        inFlight--;
        next.tell(handler);
      }
      RingEvents.completed(count);
      return count;
    } finally {
      owner.handled();
    }
  }

  @Override
  public void registerBuffers(MemorySegment... memory) {
    owner.checkOutside();
    buffers.set(memory);
  }

  @Override
  public void registerFiles(int count) {
    owner.checkOutside();
    files.resize(Register.checkPlaces(count));
  }

  @Override
  public void registerFile(int place, int fd) throws ErrnoException {
    owner.checkOutside();
    files.put(place, fd);
  }

  @Override
  public int pending() {
    return claimed;
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
    return opcode >= 0 && SUPPORTED.get(opcode);
  }

  @Override
  public RingInfo info() {
    return new RingInfo("thread pool", reason, 0, 0, sqEntries, cqEntries, 0, 0, 0);
  }

  @Override
  public void close() {
    if (owner.isClosed()) {
      return;
    }
    owner.checkOutside();
    submit();
    while (inFlight > 0) {
      completions.cancelAll(true, 0, waits);
      completions.await(1, 0);
      reap(DROP, capacity);
    }
    owner.close();
    pool.close();
    waits.close();
    files.resize(0);
    arena.close();
  }
}
