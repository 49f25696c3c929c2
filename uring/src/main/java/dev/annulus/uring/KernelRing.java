// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.UringParams;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A ring served by the Linux kernel.
 *
 * <p>Source: {@code io_uring_setup(2)}, {@code io_uring_enter(2)}, {@code io_uring_register(2)}.
 */
public final class KernelRing extends KernelQueues implements Ring {
  private static final long CANCEL_AGAIN_NANOS = 100_000_000;

  /** Calls that fail before close gives up: what is in flight is neither lost nor freed. */
  private static final int DRAIN_FAILURES = 16;

  private static final CompletionHandler DROP = (userData, result, flags) -> {};

  private final Owner owner;
  private final Arena arena;
  private final Registrations registrations;
  private final Cancellation cancellation;
  private final OpcodeProbe probe;

  private MemorySegment entries;

  /** So many entries can be claimed before the number in flight must be looked at again. */
  private int room;

  private boolean enabled;

  private KernelRing(Owner owner, Setup setup, int workers, RingMemory memory, Arena arena)
      throws ErrnoException {
    super(setup, memory, new Enter(setup.fd, arena));
    this.owner = owner;
    this.arena = arena;
    entries = sq.slots();
    registrations = new Registrations(this, new Register(setup.fd, owner));
    cancellation = new Cancellation(setup);
    probe = OpcodeProbe.of(setup.fd, arena);
    if (workers > 0) {
      registrations.workers(0, workers);
    }
    enabled = !setup.has(SetupFlag.R_DISABLED);
    if (enabled) {
      requireCancel();
    }
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
    RingMemory memory = null;
    KernelRing ring = null;
    try {
      setup.requireFeatures();
      memory = new RingMemory(setup);
      ring = new KernelRing(owner, setup, options.workers(), memory, arena);
      return ring;
    } finally {
      if (ring == null) {
        free(memory, arena, setup.fd);
      }
    }
  }

  private static void free(RingMemory memory, Arena arena, int fd) {
    try (arena) {
      if (memory != null) {
        memory.close();
      }
    } finally {
      Files.close(fd);
    }
  }

  /** Refuses a kernel on which close could not cancel what it knows nothing of. */
  private void requireCancel() throws ErrnoException {
    if (!cancellation.isByEntry()) {
      return;
    }
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
      room = Math.max(capacity - operations(), 0);
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
  public long claim(int count) {
    owner.check();
    Rings.checkRun(count, sq.entries());
    if (room < count) {
      room = Math.max(capacity - operations(), 0);
    }
    long at = room < count ? -1 : sq.claim(count);
    if (at >= 0) {
      room -= count;
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
    return handOver();
  }

  @Override
  public int await(int count, long timeoutNanos) throws ErrnoException {
    owner.checkOutside();
    Rings.checkCount(count, capacity);
    return waitFor(count, timeoutNanos);
  }

  /**
   * As {@link #await(int, long)}, but after a time fewer completions do: many are taken at once
   * under load, and none waits for long without it.
   *
   * @param count completions to wait for, 1 to {@link #capacity}
   * @param leastNanos time after which one is enough, at least 0; in microseconds for the kernel
   * @param timeoutNanos longest wait, more than that
   * @return completion entries that can be reaped
   * @throws ErrnoException EOPNOTSUPP before Linux 6.12, or where the kernel refuses the call
   * @throws IllegalArgumentException where a time is out of range
   */
  public int await(int count, long leastNanos, long timeoutNanos) throws ErrnoException {
    owner.checkOutside();
    Rings.checkCount(count, capacity);
    if (leastNanos < 0 || timeoutNanos <= leastNanos) {
      throw new IllegalArgumentException(
          "at least " + leastNanos + " ns, at most " + timeoutNanos + ": 0 or more, and then more");
    }
    setup.require(Setup.IORING_FEAT_MIN_TIMEOUT, "a wait of a least time", "6.12");
    return waitFor(count, leastNanos, timeoutNanos);
  }

  @Override
  public int reap(CompletionHandler handler, int most) throws ErrnoException {
    owner.handling();
    try {
      return take(handler, most);
    } finally {
      owner.handled();
    }
  }

  @Override
  public int pending() {
    return waiting();
  }

  @Override
  public int inFlight() {
    return operations();
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
    registrations.buffers().table(buffers);
  }

  @Override
  public void registerFiles(int count) throws ErrnoException {
    registrations.files().table(count);
  }

  @Override
  public void registerFile(int place, int fd) throws ErrnoException {
    registrations.files().put(place, fd);
  }

  /**
   * What only the kernel's ring can be told.
   *
   * @return always the same
   */
  public Registrations registrations() {
    return registrations;
  }

  void restricted() {
    cancellation.restricted();
  }

  void enabled() {
    enabled = true;
  }

  void registerWaits(Register register) throws ErrnoException {
    enter.region(new WaitRegion(register, arena));
  }

  /** The kernel's {@code IORING_SQ_*} bits. */
  int sqFlags() {
    return memory.flags();
  }

  /** Whether the entry claimed last, and not published yet, has one of these flags. */
  boolean lastClaimedHas(int flags) {
    if (sq.pending() == 0) {
      return false;
    }
    long size = entries.byteSize() / sq.entries();
    long last = (sq.tail() - 1 & sq.entries() - 1) * size; // the array, if any, is in order
    return (SqEntry.flags(entries, last) & flags) != 0;
  }

  /**
   * Changes the queues' sizes, with operations in flight. {@link #entries} is other memory
   * afterwards. Where the process cannot map that, not even in place of what it was (ENOMEM), the
   * ring is closed, and operations in flight end unseen: their buffers must never be used again.
   *
   * @param entries submission entries, 1 to 32768; rounded up
   * @param cqEntries completion entries, {@code entries} to 65536; rounded up
   * @throws ErrnoException EINVAL before Linux 6.13 or without {@link SetupFlag#DEFER_TASKRUN}
   * @throws IllegalArgumentException where a size is out of range
   * @throws IllegalStateException where entries are {@link #pending}, or more operations in flight
   *     than the new queues have room for
   */
  public void resize(int entries, int cqEntries) throws ErrnoException {
    owner.checkOutside();
    RingOptions.DEFAULT.withEntries(entries, cqEntries);
    int before = inFlight();
    int least = setup.has(SetupFlag.CQE_MIXED) ? 2 * before + 1 : before;
    if (pending() > 0 || cqEntries < least) {
      throw new IllegalStateException(
          pending()
              + " entries are pending, "
              + before
              + " in flight: none, and at most half as"
              + " many as entries where they may be extended");
    }
    Setup changed = setup.resized(entries, cqEntries, registrations.register());
    RingMemory old = change(changed, mapped(changed));
    this.entries = sq.slots();
    room = 0;
    old.close();
  }

  /** The new queues; without them nothing is left but to close the ring. */
  private RingMemory mapped(Setup changed) throws ErrnoException {
    RingMemory mapped = null;
    try {
      mapped = RingMemory.inPlaceOf(memory, changed);
      return mapped;
    } finally {
      if (mapped == null) {
        end();
      }
    }
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
        memory.cq.entries(),
        enter.calls(),
        backlogs(),
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
    end();
  }

  private void end() {
    enter.unregisterRing();
    owner.close();
    free(memory, arena, setup.fd);
  }

  /** Nothing is freed while the kernel may still write to it. */
  private void drain() throws ErrnoException {
    if (!enabled) {
      return; // it has taken nothing
    }
    int failures = 0;
    while (pending() + inFlight() > 0) {
      try {
        drainOnce();
      } catch (ErrnoException e) {
        if (++failures == DRAIN_FAILURES) {
          throw e;
        }
      }
    }
  }

  private void drainOnce() throws ErrnoException {
    submit();
    cancelAll();
    while (inFlight() > 0 && await(Math.min(inFlight(), capacity()), CANCEL_AGAIN_NANOS) > 0) {
      reap(DROP, capacity());
    }
  }

  /**
   * Cancels all that the kernel has. The entry for it may be one more than the capacity: the kernel
   * keeps a completion without room until there is some ({@code IORING_FEAT_NODROP}).
   */
  private void cancelAll() {
    long at = cancellation.isByEntry() ? sq.claim() : -1;
    if (at >= 0) {
      cancellation.write(entries, at);
      publish();
    } else {
      cancellation.call();
    }
  }
}
