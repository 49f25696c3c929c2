// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

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
  private final AdminQueue admin;
  private final ControllerInfo info;
  private final NamespaceList namespaces;

  private final ReentrantLock lock = new ReentrantLock();
  private final BitSet identifiers = new BitSet();
  private final List<QueuePair> open = new ArrayList<>();
  private final List<CommandQueue> undeleted = new ArrayList<>();
  private boolean closed;

  private Controller(Transport transport, ControllerOptions options) throws NvmeException {
    this.transport = transport;
    this.options = options;
    handshake = new Handshake(transport);
    handshake.disable();
    admin = new AdminQueue(transport, handshake, options.adminTimeoutMillis());
    try {
      handshake.enable(admin.queue());
      info = identify().withQueuePairs(grantedQueues());
      namespaces = NamespaceList.read(admin);
    } catch (NvmeException | RuntimeException e) {
      try {
        stop();
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

  private ControllerInfo identify() throws NvmeException {
    byte[] data = admin.identify(Identify.CNS_CONTROLLER, 0, "Identify Controller");
    int version = transport.readInt(Registers.VS);
    return ControllerInfo.parse(data, handshake.cap(), version, options);
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
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the controller is closed");
      }
      int id = identifiers.nextClearBit(1);
      if (id > info.queuePairs()) {
        throw new NvmeException(
            "all %d queue pairs that the controller granted are open: close one, or ask for more"
                .formatted(info.queuePairs()));
      }
      QueuePair pair = create(id, roundedEntries(entries));
      identifiers.set(id);
      open.add(pair);
      return pair;
    } finally {
      lock.unlock();
    }
  }

  private int roundedEntries(int wanted) {
    int most = Integer.highestOneBit(info.maxQueueEntries());
    return wanted >= most ? most : Integer.highestOneBit(wanted - 1) << 1;
  }

  private QueuePair create(int id, int entries) throws NvmeException {
    int vectors = options.interrupts() ? transport.interruptVectors() : 0;
    int vector = vectors == 0 ? 0 : id % vectors;
    int fd = vectors == 0 ? -1 : transport.interruptFd(vector);
    CommandQueue queue =
        new CommandQueue(transport, id, entries, info.maxTransferBytes(), handshake.pageShift());
    boolean made = false;
    try {
      QueueCommands.create(admin, queue, vector, fd >= 0);
      made = true;
    } finally {
      if (!made) {
        // Whether the device has the queue is not known: it may have timed out.
        undeleted.add(queue);
      }
    }
    return new QueuePair(this, queue, new NamespaceTable(namespaces.usable()), fd);
  }

  /** Deletes a queue pair on the device; false where the controller was closed first. */
  boolean deleteQueue(QueuePair pair) throws NvmeException {
    lock.lock();
    try {
      if (!open.remove(pair)) {
        return false;
      }
      boolean deleted = false;
      try {
        QueueCommands.delete(admin, pair.id());
        deleted = true;
      } finally {
        if (deleted) {
          identifiers.clear(pair.id());
        } else {
          undeleted.add(pair.queue());
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
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
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      try {
        shutDown();
      } finally {
        stop();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Shuts down even where a queue cannot be deleted: what was written counts more. */
  private void shutDown() throws NvmeException {
    try {
      for (QueuePair pair : open) {
        QueueCommands.delete(admin, pair.id());
      }
    } finally {
      handshake.shutdown(info.shutdownMicros());
    }
  }

  /**
   * Disables the controller, or resets it, then frees all memory. Where both fail the device may
   * still reach the memory, so it stays allocated until the transport is closed.
   */
  private void stop() throws NvmeException {
    try {
      handshake.disable();
    } catch (NvmeException e) {
      resetInstead(e);
    }
    open.forEach(pair -> pair.queue().free());
    undeleted.forEach(CommandQueue::free);
    open.clear();
    undeleted.clear();
    admin.free();
  }

  private void resetInstead(NvmeException why) throws NvmeException {
    try {
      transport.reset();
    } catch (NvmeException e) {
      e.addSuppressed(why);
      throw e;
    }
  }
}
