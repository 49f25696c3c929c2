// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ffi.Events;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The queue pairs of a controller: opened, closed, made again after a reset. Any thread; the lock
 * is held over the admin commands, and by the recovery over a reset.
 */
final class QueuePairs {
  private final Transport transport;
  private final ControllerOptions options;
  private final Handshake handshake;
  private final AdminQueue admin;
  private final Lifecycle lifecycle;
  private final ControllerInfo info;

  private final ReentrantLock lock = new ReentrantLock();
  private final BitSet identifiers = new BitSet();
  private final List<QueuePair> open = new ArrayList<>();
  private final List<CommandQueue> undeleted = new ArrayList<>();
  private boolean closed;
  private Recovery recovery;

  /** Null where there are only doorbells. */
  private ShadowDoorbells shadow;

  /** What took a queue from the device. */
  private enum Ended {
    BY_DELETION,
    BY_RESET,
    BY_FAILURE
  }

  QueuePairs(
      Transport transport,
      ControllerOptions options,
      Handshake handshake,
      AdminQueue admin,
      Lifecycle lifecycle,
      ControllerInfo info) {
    this.transport = transport;
    this.options = options;
    this.handshake = handshake;
    this.admin = admin;
    this.lifecycle = lifecycle;
    this.info = info;
  }

  /** Who resets; before the first is opened. */
  void recoverBy(Recovery all) {
    recovery = all;
  }

  /** The shadow doorbells, before the first is opened; null where there are none. */
  void shadow(ShadowDoorbells all) {
    shadow = all;
  }

  ReentrantLock lock() {
    return lock;
  }

  /** Opens a queue pair for the calling thread; after a reset, where one comes between. */
  QueuePair open(Namespaces namespaces, int entries) throws NvmeException {
    while (true) {
      try {
        return openNow(namespaces, entries);
      } catch (NvmeException e) {
        if (e.status() != StatusCode.HOST_PATHING_ERROR.value) {
          throw e;
        }
      }
    }
  }

  private QueuePair openNow(Namespaces namespaces, int entries) throws NvmeException {
    lockRunning();
    try {
      int id = identifiers.nextClearBit(1);
      if (id > info.queuePairs()) {
        throw new NvmeException(
            "all %d queue pairs that the controller granted are open: close one, or ask for more"
                .formatted(info.queuePairs()));
      }
      CommandQueue queue =
          new CommandQueue(
              transport,
              lifecycle,
              id,
              roundedEntries(entries),
              info.maxTransferBytes(),
              handshake.pageShift());
      queue.useSgls(info.sgls());
      create(queue);
      QueueGuard guard = new QueueGuard(queue, lifecycle, recovery, options.ioTimeoutMillis());
      QueuePair pair = new QueuePair(this, guard, info, namespaces, interruptFd(id));
      identifiers.set(id);
      open.add(pair);
      return pair;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the lock while the controller runs. */
  private void lockRunning() throws NvmeException {
    while (true) {
      int word = lifecycle.awaitSettled();
      lock.lock();
      if (closed) {
        lock.unlock();
        throw new IllegalStateException("the controller is closed");
      }
      if (lifecycle.word() == word) {
        return;
      }
      lock.unlock();
    }
  }

  private int roundedEntries(int wanted) {
    int most = Integer.highestOneBit(info.maxQueueEntries());
    return wanted >= most ? most : Integer.highestOneBit(wanted - 1) << 1;
  }

  private void create(CommandQueue queue) throws NvmeException {
    boolean made = false;
    try {
      createOnDevice(queue);
      made = true;
    } finally {
      if (!made) {
        // Whether the device has the queue is not known: it may have timed out.
        undeleted.add(queue);
      }
    }
  }

  private void createOnDevice(CommandQueue queue) throws NvmeException {
    boolean polled = interruptFd(queue.id()) < 0;
    queue.shadow(shadow != null && shadow.inUse() ? shadow : null, polled);
    QueueCommands.create(admin, queue, vector(queue.id()), !polled);
  }

  private int vectors() {
    return options.interrupts() ? transport.interruptVectors() : 0;
  }

  private int vector(int id) {
    return vectors() == 0 ? 0 : id % vectors();
  }

  private int interruptFd(int id) throws NvmeException {
    return vectors() == 0 ? -1 : transport.interruptFd(vector(id));
  }

  /** Makes a queue again that a reset has taken from the device, unless it was closed meanwhile. */
  void reopen(QueueGuard guard, int generation) throws NvmeException {
    lock.lock();
    try {
      int word = lifecycle.word();
      for (QueuePair pair : open) {
        if (pair.guard() == guard && Lifecycle.generation(word) == generation) {
          createOnDevice(guard.queue());
          guard.opened(word);
          wake(pair);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Wakes the owners of all, so that they poll. */
  void wake() {
    lock.lock();
    try {
      open.forEach(QueuePairs::wake);
    } finally {
      lock.unlock();
    }
  }

  private static void wake(QueuePair pair) {
    if (pair.interruptFd() >= 0) {
      // It fails only where the counter is full, and then it is readable all the same.
      Events.signal(pair.interruptFd());
    }
  }

  /**
   * Takes a queue pair from the device and ends, once each, the commands in flight. Where the
   * device does not let go of the queues, a reset makes it. Does nothing where the controller was
   * closed first.
   */
  void delete(QueuePair pair, CompletionHandler handler) {
    Ended how = null;
    while (how == null) {
      int word = settled();
      lock.lock();
      try {
        if (!open.contains(pair)) {
          return;
        }
        how = lifecycle.word() == word ? take(pair) : null;
      } finally {
        lock.unlock();
      }
    }
    CommandQueue queue = pair.queue();
    try {
      if (how == Ended.BY_DELETION) {
        // The device ended them all before it let go of the queue; what it did not post is lost.
        queue.drain(handler, Integer.MAX_VALUE);
        queue.abandon(
            handler, Integer.MAX_VALUE, StatusCode.COMMAND_ABORTED_DUE_TO_SQ_DELETION.value);
      } else {
        pair.guard().end(handler, Integer.MAX_VALUE, how == Ended.BY_FAILURE);
      }
    } finally {
      if (how == Ended.BY_FAILURE) {
        keep(queue);
      } else {
        queue.free();
      }
    }
  }

  /** Takes a queue pair out of the list when the device has lost it; null where it has not yet. */
  private Ended take(QueuePair pair) {
    Ended how = null;
    if (lifecycle.hasFailed()) {
      how = Ended.BY_FAILURE;
    } else if (!pair.guard().isOpen()) {
      how = Ended.BY_RESET;
    } else if (deleted(pair)) {
      how = Ended.BY_DELETION;
    }
    if (how != null) {
      open.remove(pair);
      identifiers.clear(pair.id());
    }
    return how;
  }

  /** The word when no reset is under way, also of a controller that has failed. */
  private int settled() {
    try {
      return lifecycle.awaitSettled();
    } catch (NvmeException e) {
      return lifecycle.word();
    }
  }

  private boolean deleted(QueuePair pair) {
    int word = lifecycle.word();
    try {
      QueueCommands.delete(admin, pair.id());
      return true;
    } catch (NvmeException e) {
      recovery.reset(word, e.getMessage());
      return false;
    }
  }

  /** Keeps a queue's memory until the controller is closed: the device may still reach it. */
  private void keep(CommandQueue queue) {
    lock.lock();
    try {
      undeleted.add(queue);
    } finally {
      lock.unlock();
    }
  }

  /** Opens none any more, and deletes what is open on the device where that still listens. */
  void close() throws NvmeException {
    closed = true;
    for (QueuePair pair : open) {
      if (pair.guard().isOpen()) {
        QueueCommands.delete(admin, pair.id());
      }
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Frees all memory; the device must have stopped. */
  void free() {
    open.forEach(pair -> pair.queue().free());
    undeleted.forEach(CommandQueue::free);
    open.clear();
    undeleted.clear();
  }
}
