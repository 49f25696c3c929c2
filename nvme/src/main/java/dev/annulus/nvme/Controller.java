// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.List;

/**
 * A started NVMe controller: what it is, its namespaces, and queue pairs for I/O.
 *
 * <p>Any thread may call any method. Queue pairs belong to the threads that open them and are
 * closed by them, before the controller; those left open are deleted on the device by {@link
 * #close}, and their next call fails with {@link IllegalStateException}.
 */
public final class Controller implements AutoCloseable {
  private final Transport transport;
  private final ControllerOptions options;
  private final Handshake handshake;
  private final Lifecycle lifecycle = new Lifecycle();
  private final AdminQueue admin;
  private final ControllerInfo info;
  private final CommandSets commandSets;
  private final NamespaceList namespaces;
  private final ZonedNamespaces zoned;
  private final QueuePairs pairs;

  /** Null where the controller has none, or none are wanted. */
  private ShadowDoorbells shadow;

  /** Null where it was not asked for. Volatile: set by any thread, read by the recovery's. */
  private volatile Integer coalescing;

  private final Recovery recovery;

  private Controller(Transport transport, ControllerOptions options) throws NvmeException {
    this.transport = transport;
    this.options = options;
    handshake = new Handshake(transport);
    handshake.disable();
    admin = new AdminQueue(transport, handshake, options.adminTimeoutMillis());
    try {
      handshake.enable(admin.queue());
      byte[] data = identify();
      info = parse(data).withQueuePairs(withVectors(grantedQueues()));
      useShadowDoorbells(data);
      commandSets = new CommandSets(admin, handshake.cap());
      commandSets.choose();
      namespaces = NamespaceList.read(admin, commandSets, info, handshake.cap());
      zoned = zonedNamespaces();
      pairs = new QueuePairs(transport, options, handshake, admin, lifecycle, info);
      pairs.shadow(shadow);
      recovery = new Recovery(transport, lifecycle, admin, pairs.lock(), new Resettable());
      admin.recoverBy(recovery);
      pairs.recoverBy(recovery);
    } catch (NvmeException | RuntimeException e) {
      try {
        stopDevice();
        admin.free();
        freeShadow();
      } catch (NvmeException more) {
        e.addSuppressed(more);
      }
      throw e;
    }
  }

  /**
   * Starts a controller: disables it, sets up its admin queues, enables it, asks what it is and
   * which namespaces it has.
   *
   * @param transport the way to it, open; it stays the caller's to close
   * @param options how
   * @return the controller, ready for I/O
   * @throws NvmeException where it does not answer in its own time-out, reports a fatal error, or
   *     is of a kind that this driver cannot work with; it is disabled then
   */
  public static Controller start(Transport transport, ControllerOptions options)
      throws NvmeException {
    return new Controller(transport, options);
  }

  private byte[] identify() throws NvmeException {
    return admin.identify(Identify.CNS_CONTROLLER, 0, "Identify Controller");
  }

  private void useShadowDoorbells(byte[] data) throws NvmeException {
    if (options.shadowDoorbells() && ShadowDoorbells.offered(data)) {
      shadow = ShadowDoorbells.allocate(transport.dma(), info.queuePairs(), handshake.cap());
      configureShadow();
    }
  }

  /** Each time that the controller was enabled, while there is no I/O queue. */
  private void configureShadow() throws NvmeException {
    if (shadow != null) {
      shadow.configure(admin);
    }
  }

  private void freeShadow() {
    if (shadow != null) {
      shadow.free();
    }
  }

  private ControllerInfo parse(byte[] data) throws NvmeException {
    int version = transport.readInt(Registers.VS);
    return ControllerInfo.parse(data, handshake.cap(), version, options);
  }

  private ZonedNamespaces zonedNamespaces() throws NvmeException {
    long page = 1L << handshake.pageShift();
    List<Namespace> all = namespaces.usable();
    return ZonedNamespaces.read(admin, commandSets, all, page, info.maxTransferBytes());
  }

  private int grantedQueues() throws NvmeException {
    long wanted = options.queuePairs() - 1;
    int granted =
        admin.execute(
            AdminOpcode.SET_FEATURES,
            0,
            Feature.NUMBER_OF_QUEUES | (wanted << 16 | wanted) << 32,
            0,
            "Set Features, Number of Queues",
            "");
    // Both counts are 0-based, and may be more than was asked for.
    int pairs = Math.min(granted & 0xFFFF, granted >>> 16) + 1;
    return Math.min(pairs, options.queuePairs());
  }

  /**
   * Each queue pair has an interrupt vector of its own: of two that share an eventfd, who sets it
   * to 0 could take the other's wake-up.
   */
  private int withVectors(int granted) {
    int vectors = options.interrupts() ? transport.interruptVectors() : 0;
    return vectors == 0 ? granted : Math.min(granted, vectors);
  }

  /**
   * What the controller says about itself.
   *
   * @return as it was at the start
   */
  public ControllerInfo info() {
    return info;
  }

  /**
   * The namespaces that can be used, in ascending order of their identifiers.
   *
   * @return as they were at the start
   */
  public List<Namespace> namespaces() {
    return namespaces.usable();
  }

  /**
   * One namespace.
   *
   * @param nsid its identifier
   * @return as it was at the start
   * @throws NvmeException where there is none, or it cannot be used; says why
   */
  public Namespace namespace(int nsid) throws NvmeException {
    return namespaces.get(nsid);
  }

  /** What all active namespaces say of themselves, as they were at the start. */
  List<NamespaceFacts> namespaceFacts() {
    return namespaces.facts();
  }

  /**
   * Whether it has failed, for good. Reads one word.
   *
   * @return true once nothing works any more
   */
  public boolean hasFailed() {
    return lifecycle.hasFailed();
  }

  /**
   * One namespace that has zones.
   *
   * @param nsid its identifier
   * @return as it was at the start
   * @throws NvmeException where it has none, or they make no sense; says why
   */
  public ZonedNamespace zonedNamespace(int nsid) throws NvmeException {
    namespaces.get(nsid);
    return zoned.get(nsid);
  }

  /**
   * Whether doorbells in memory are used, as asked for and as the controller can.
   *
   * @return as it was when the controller was last set up
   */
  public boolean usesShadowDoorbells() {
    return shadow != null && shadow.inUse();
  }

  /**
   * The memory that queue pairs can transfer.
   *
   * @return the transport's
   */
  public DmaMemory dma() {
    return transport.dma();
  }

  /**
   * Opens a queue pair, which belongs to the calling thread.
   *
   * @param entries of both queues, 2 or more; rounded up to a power of two, and down to what the
   *     controller has. One entry stays free
   * @return the queue pair
   * @throws NvmeException where all granted queue pairs are open, or the controller refuses
   */
  public QueuePair openQueuePair(int entries) throws NvmeException {
    if (entries < 2) {
      throw new IllegalArgumentException(entries + " entries: must be at least 2");
    }
    return pairs.open(namespaces.usable(), zoned, entries);
  }

  /**
   * Resets the controller and waits until it is set up again. What is in flight in all queue pairs
   * is ended, as after any reset: see {@link QueuePair}. May be called by the owner of a queue
   * pair.
   *
   * @throws NvmeException where it does not come back; it has failed then
   */
  public void reset() throws NvmeException {
    recovery.reset(lifecycle.awaitSettled(), "a reset was asked for");
    lifecycle.awaitSettled();
  }

  /**
   * Has the controller raise one interrupt for several completions of I/O commands (Interrupt
   * Coalescing): fewer wake-ups, for a wait of some. Kept over resets. It is a wish: a controller
   * may raise more.
   *
   * @param completions raise one as soon as there are so many, 1 to 256; 1 is the default
   * @param micros or as soon as the first is so old, 0 to 25,500, rounded up to 100
   * @throws NvmeException where the controller does not do that
   */
  public void coalesceInterrupts(int completions, int micros) throws NvmeException {
    int value = Feature.coalescing(completions, micros);
    coalesce(value);
    coalescing = value;
  }

  private void coalesce(int value) throws NvmeException {
    admin.execute(
        AdminOpcode.SET_FEATURES,
        0,
        Feature.INTERRUPT_COALESCING | (long) value << 32,
        0,
        "Set Features, Interrupt Coalescing",
        "leave it at one interrupt for each completion");
  }

  /**
   * What was done about trouble so far.
   *
   * @return a snapshot
   */
  public RecoveryCounters recoveries() {
    return recovery.counters();
  }

  /**
   * Deletes what queue pairs are left, shuts the controller down in order, and disables it.
   * Whatever fails, no memory is freed that the device could still reach.
   *
   * @throws NvmeException where the shutdown was not orderly: what was written since the last flush
   *     may be lost
   */
  @Override
  public void close() throws NvmeException {
    recovery.close();
    pairs.lock().lock();
    try {
      if (pairs.isClosed()) {
        return;
      }
      try {
        shutDown();
      } finally {
        stopDevice();
        pairs.free();
        admin.free();
        freeShadow();
      }
    } finally {
      pairs.lock().unlock();
    }
  }

  /** Shuts down even where a queue cannot be deleted: what was written counts more. */
  private void shutDown() throws NvmeException {
    try {
      pairs.close();
    } finally {
      if (!lifecycle.hasFailed()) {
        handshake.shutdown(info.shutdownMicros());
      }
    }
    if (lifecycle.hasFailed()) {
      throw lifecycle.failure();
    }
  }

  /**
   * Stops the device, by disabling it or, where that fails, from outside. Where both fail it may
   * still reach memory, which therefore stays allocated until the transport is closed.
   */
  private void stopDevice() throws NvmeException {
    try {
      handshake.disable();
    } catch (NvmeException e) {
      stopByTransport(e);
    }
  }

  private void stopByTransport(NvmeException why) throws NvmeException {
    try {
      transport.reset();
      handshake.disable();
    } catch (NvmeException e) {
      e.addSuppressed(why);
      throw e;
    }
  }

  /** What the recovery does to this controller, under the lock of the queue pairs. */
  private final class Resettable implements Recovery.Device {
    @Override
    public void stopDevice() throws NvmeException {
      Controller.this.stopDevice();
    }

    @Override
    public void restart() throws NvmeException {
      admin.restart();
      handshake.enable(admin.queue());
      commandSets.select();
      Integer wanted = coalescing;
      if (wanted != null) {
        coalesce(wanted);
      }
      int granted = grantedQueues();
      if (granted < info.queuePairs()) {
        throw new NvmeException(
            "after a reset the controller grants %d queue pairs in place of %d"
                .formatted(granted, info.queuePairs()));
      }
      configureShadow();
    }

    @Override
    public void restartByTransport(NvmeException why) throws NvmeException {
      stopByTransport(why);
      restart();
    }

    @Override
    public void reopen(QueueGuard guard, int generation) throws NvmeException {
      pairs.reopen(guard, generation);
    }

    @Override
    public void wake() {
      pairs.wake();
    }
  }
}
