// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The stand-in where io_uring is forbidden or absent: the same entries, executed by a bounded pool
 * of threads with the ordinary system calls. Slower, and it allocates; semantics are those of the
 * kernel's ring, for the opcodes that it {@link #supports}.
 */
public final class PoolRing implements Ring {
  private static final BitSet SUPPORTED = new BitSet();

  static {
    for (int opcode :
        new int[] {
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
          Opcode.FUTEX_WAIT
        }) {
      SUPPORTED.set(opcode);
    }
  }

  private final Thread owner = Thread.currentThread();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment entries;
  private final int sqEntries;
  private final int capacity;
  private final String reason;
  private final PoolCompletions completions;
  private final ExecutorService pool;
  private final PoolWaits waits;
  private final PoolFiles files = new PoolFiles();
  private int claimed;
  private int inFlight;
  private boolean closed;

  /**
   * Starts a stand-in; it belongs to the calling thread.
   *
   * @param options sizes and number of threads; started when needed
   * @param reason why the kernel's ring is not used, for {@link RingInfo}
   */
  public PoolRing(RingOptions options, String reason) {
    this.reason = reason;
    sqEntries = Integer.highestOneBit(2 * options.entries() - 1);
    capacity = Integer.highestOneBit(2 * options.cqEntries() - 1);
    entries = arena.allocate((long) sqEntries * SqEntry.SIZE, 64);
    completions = new PoolCompletions(owner);
    waits = new PoolWaits(completions);
    int threads = options.threads();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("annulus-pool-", 0).factory());
    executor.allowCoreThreadTimeOut(true);
    pool = executor;
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
    return entries;
  }

  @Override
  public long claim() {
    check();
    if (claimed == sqEntries || inFlight == capacity) {
      return -1;
    }
    inFlight++;
    return (long) claimed++ * SqEntry.SIZE;
  }

  @Override
  public void unclaim() {
    check();
    if (claimed == 0) {
      throw new IllegalStateException("unclaim without a claimed entry");
    }
    claimed--;
    inFlight--;
  }

  @Override
  public int submit() {
    check();
    int count = claimed;
    for (int i = 0; i < count; i++) {
      start(new PoolTask(entries, (long) i * SqEntry.SIZE));
    }
    claimed = 0;
    return count;
  }

  private void start(PoolTask task) {
    if ((task.flags & ~SqEntry.IOSQE_FIXED_FILE) != 0 || !SUPPORTED.get(task.opcode)) {
      completions.post(task.userData, -Errno.EINVAL);
      return;
    }
    if (task.flags != 0 && !task.resolve(files)) {
      completions.post(task.userData, -Errno.EBADF);
      return;
    }
    switch (task.opcode) {
      case Opcode.NOP -> completions.post(task.userData, 0);
      case Opcode.ASYNC_CANCEL -> completions.post(task.userData, cancel(task));
      case Opcode.TIMEOUT, Opcode.POLL_ADD, Opcode.FUTEX_WAIT -> waits.start(task);
      default -> {
        completions.started(task);
        pool.execute(() -> completions.finish(task, task.run()));
      }
    }
  }

  private int cancel(PoolTask request) {
    if (request.opFlags != 0 && request.opFlags != PoolTask.CANCEL_ANY) {
      return -Errno.EINVAL;
    }
    return completions.cancel(request.addr, request.opFlags == PoolTask.CANCEL_ANY, waits);
  }

  @Override
  public int await(int count, long timeoutNanos) {
    submit();
    return completions.await(count, timeoutNanos);
  }

  @Override
  public int reap(CompletionHandler handler, int most) {
    check();
    int count = 0;
    PoolCompletions.Completion next;
    while (count < most && (next = completions.poll()) != null) {
      inFlight--;
      count++;
      handler.completed(next.userData(), next.result(), 0);
    }
    return count;
  }

  /** Nothing to pin: the pool's threads read and write by address. */
  @Override
  public void registerBuffers(MemorySegment... buffers) {
    check();
  }

  @Override
  public void registerFiles(int count) {
    check();
    files.resize(count);
  }

  @Override
  public void registerFile(int place, int fd) throws ErrnoException {
    check();
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
    return new RingInfo("thread pool", reason, 0, 0, sqEntries, capacity, 0, 0);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    submit();
    while (inFlight > 0) {
      completions.cancel(0, true, waits);
      completions.await(1, 0);
      reap((userData, result, flags) -> {}, Integer.MAX_VALUE);
    }
    closed = true;
    pool.close();
    waits.close();
    files.resize(0);
    arena.close();
  }
}
