// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.List;

/**
 * A submission and a completion queue of a controller, for one thread: fill commands, ring once for
 * all of them, poll their completions in whatever order they come.
 *
 * <p>It belongs to the thread that opened it; another thread's call is refused with {@link
 * WrongThreadException}. No call but {@link #close} waits, and none allocates. A command in flight
 * takes 16 bytes of state beside its queue entries.
 *
 * <p>Data is named by IOVA, of memory from the controller's {@link DmaMemory}: contiguous from the
 * first byte to the last, beginning at a multiple of 4. It belongs to the device from {@link #ring}
 * until the command's completion is polled; it must stay mapped so long.
 *
 * <p><b>Trouble.</b> {@link #poll} finds commands that take longer than {@link
 * ControllerOptions#ioTimeoutMillis}, a controller that is dead and one that lies; while commands
 * are in flight, poll at least every {@link #longestSleepNanos}. A command that took too long
 * completes with Command Aborted By Host (SCT 3h, SC 71h). After a reset of the controller, whoever
 * asked for it, poll completes each command that was in flight once: with its own status where the
 * device had posted it, else with Host Pathing Error (SCT 3h, SC 70h), which also says that the
 * device may or may not have carried it out. Until then and until the device has the queues again,
 * nothing can be submitted: the queue is as if it was full, and {@link #ring} and poll make it go
 * on. Where the controller has failed they end what is in flight, with "do not retry", then throw
 * what happened.
 *
 * <p>What commands the device gets wrong is told by their status. What is passed wrongly here is
 * told by an {@link IllegalArgumentException}, before anything is queued.
 */
public final class QueuePair implements AutoCloseable {
  private static final int ALL_NAMESPACES = -1;

  private final Thread owner = Thread.currentThread();
  private final QueuePairs pairs;
  private final QueueGuard guard;
  private final CommandQueue queue;
  private final NamespaceTable namespaces;
  private final int interruptFd;
  private boolean closed;

  QueuePair(
      QueuePairs pairs,
      QueueGuard guard,
      ControllerInfo info,
      List<Namespace> namespaces,
      ZonedNamespaces zoned,
      int interruptFd) {
    this.pairs = pairs;
    this.guard = guard;
    queue = guard.queue();
    this.namespaces = new NamespaceTable(this, info, namespaces, zoned);
    this.interruptFd = interruptFd;
  }

  /**
   * All commands of the NVM command set on a namespace; those that name it here are the same.
   *
   * @param nsid a namespace of the controller
   * @return its commands by this queue pair
   */
  public NvmCommands nvm(int nsid) {
    return namespaces.get(nsid);
  }

  /**
   * Reads blocks.
   *
   * @param nsid a namespace of the controller
   * @param lba first block
   * @param blocks how many, 1 or more and at most {@link #longestTransfer} bytes
   * @param iova where they go
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean read(int nsid, long lba, int blocks, long iova, long token) {
    return namespaces.get(nsid).read(lba, blocks, iova, token);
  }

  /**
   * Writes blocks. They are durable after the next {@link #flush} that was submitted when this had
   * completed.
   *
   * @param nsid a namespace of the controller
   * @param lba first block
   * @param blocks how many, 1 or more and at most {@link #longestTransfer} bytes
   * @param iova where they are
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean write(int nsid, long lba, int blocks, long iova, long token) {
    return namespaces.get(nsid).write(lba, blocks, iova, token);
  }

  /**
   * Writes blocks, durable when complete (Force Unit Access).
   *
   * @param nsid a namespace of the controller
   * @param lba first block
   * @param blocks how many, 1 or more and at most {@link #longestTransfer} bytes
   * @param iova where they are
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean writeThrough(int nsid, long lba, int blocks, long iova, long token) {
    return namespaces.get(nsid).writeThrough(lba, blocks, iova, token);
  }

  /**
   * Compares blocks with memory; where they differ the status is Compare Failure.
   *
   * @param nsid a namespace of the controller
   * @param lba first block
   * @param blocks how many, 1 or more and at most {@link #longestTransfer} bytes
   * @param iova what they should be
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean compare(int nsid, long lba, int blocks, long iova, long token) {
    return namespaces.get(nsid).compare(lba, blocks, iova, token);
  }

  /**
   * Makes completed writes of a namespace durable.
   *
   * @param nsid a namespace of the controller, or -1 for all, which not every controller has
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean flush(int nsid, long token) {
    checkOwner();
    if (nsid != ALL_NAMESPACES) {
      namespaces.get(nsid);
    }
    return queue.submit(NvmOpcode.FLUSH, nsid, 0, 0, 0, 0, 0, token);
  }

  /**
   * Sets blocks to zero without transferring any.
   *
   * @param nsid a namespace of the controller
   * @param lba first block
   * @param blocks how many, 1 to 65,536
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean writeZeroes(int nsid, long lba, int blocks, long token) {
    return namespaces.get(nsid).writeZeroes(lba, blocks, false, token);
  }

  /**
   * Tells the device that blocks hold nothing of worth any more (Dataset Management).
   *
   * @param nsid a namespace of the controller
   * @param lba first block
   * @param blocks how many, at least 1
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean deallocate(int nsid, long lba, int blocks, long token) {
    return namespaces.get(nsid).deallocate(lba, blocks, token);
  }

  /**
   * Submits any command of the I/O queue as it is. The device takes from {@code cdw10} and its like
   * how much to transfer, whatever {@code bytes} says: it can reach all mapped memory.
   *
   * @param opcode 0 to 255
   * @param nsid namespace, not checked
   * @param cdw10 command dwords 10 (lower half) and 11
   * @param cdw12 command dwords 12 (lower half) and 13
   * @param cdw14 command dwords 14 (lower half) and 15
   * @param iova the data, or 0
   * @param bytes size of the data, at most {@link #maxTransfer}, or 0
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean command(
      int opcode, int nsid, long cdw10, long cdw12, long cdw14, long iova, long bytes, long token) {
    checkOwner();
    if ((opcode & ~0xFF) != 0 || bytes < 0 || bytes > queue.maxTransfer()) {
      throw new IllegalArgumentException(
          "opcode " + opcode + " with " + bytes + " bytes: at most 255 and " + queue.maxTransfer());
    }
    return queue.submit(opcode, nsid, cdw10, cdw12, cdw14, iova, bytes, token);
  }

  /**
   * Tells the device of all commands that were submitted since the last time, with one doorbell
   * write.
   *
   * @throws NvmeException where the controller has failed, and nothing is in flight
   */
  public void ring() throws NvmeException {
    checkOwner();
    guard.ring();
  }

  /**
   * Hands completions to a handler, without waiting. Whatever is thrown by the handler comes out of
   * here; the completion that it was thrown for counts as handled.
   *
   * @param handler called once a completion
   * @param most how many at most
   * @return how many were handled
   * @throws NvmeException where the controller has failed, and nothing is in flight
   */
  public int poll(CompletionHandler handler, int most) throws NvmeException {
    checkOwner();
    return guard.poll(handler, most);
  }

  /**
   * A descriptor that becomes readable when completions may have come; see {@link
   * Transport#interruptFd}. No other queue pair has it. Read it, then poll until there is nothing
   * left, then wait for it again; {@link CompletionWaiter} does that.
   *
   * @return the descriptor, or -1 where the controller was started without interrupts
   */
  public int interruptFd() {
    return interruptFd;
  }

  /**
   * The longest time between two polls while commands are in flight, so that time-outs are found
   * when they are due; whatever the device does not do makes no interrupt.
   *
   * @return nanoseconds, more than 0
   */
  public long longestSleepNanos() {
    return guard.sweepNanos();
  }

  /**
   * The queue's identifier.
   *
   * @return 1 or more
   */
  public int id() {
    return queue.id();
  }

  /**
   * The most commands in flight.
   *
   * @return one less than the entries of the queue
   */
  public int capacity() {
    return queue.depth();
  }

  /**
   * Commands submitted whose completion was not polled yet, those before {@link #ring} included.
   *
   * @return 0 to {@link #capacity}
   */
  public int inFlight() {
    return queue.inFlight();
  }

  /**
   * The most bytes a command may transfer. Longer reads, writes and compares are made of several,
   * which the device may carry out in any order, and which take as many places in the queue.
   *
   * @return a multiple of the memory page
   */
  public long maxTransfer() {
    return queue.maxTransfer();
  }

  /**
   * The most bytes of one read, write or compare: a whole queue of commands. What is longer than
   * {@link #maxTransfer} is queued when there is room for all its commands; it completes once, when
   * all have, with the first error that came.
   *
   * @param nsid a namespace of the controller
   * @return a multiple of its block size
   */
  public long longestTransfer(int nsid) {
    NvmCommands at = namespaces.get(nsid);
    return (long) at.longestTransfer() * at.namespace().blockSize();
  }

  /**
   * The most bytes of one write: as {@link #longestTransfer}, but of a namespace with zones a
   * single command, since the device may carry out several in any order.
   *
   * @param nsid a namespace of the controller
   * @return a multiple of its block size
   */
  public long longestWrite(int nsid) {
    NvmCommands at = namespaces.get(nsid);
    return (long) at.longestWrite() * at.namespace().blockSize();
  }

  /**
   * What was done so far.
   *
   * @return a snapshot; exact on the owner's thread
   */
  public QueueCounters counters() {
    return queue.counters();
  }

  /**
   * Deletes the queue pair. What is still in flight is aborted by the device and not reported.
   *
   * @throws NvmeException for callers to expect; where the device keeps the queues it is reset
   */
  @Override
  public void close() throws NvmeException {
    close((token, status, result) -> {});
  }

  /**
   * Deletes the queue pair. Each command still in flight is completed once: with its own status
   * where the device finished it, else with Command Aborted due to SQ Deletion; where a reset or
   * the end of the controller was first, as by {@link #poll}.
   *
   * @param handler called once a command in flight
   * @throws NvmeException for callers to expect; where the device keeps the queues it is reset
   */
  public void close(CompletionHandler handler) throws NvmeException {
    checkOwner();
    if (!closed) {
      closed = true;
      pairs.delete(this, handler);
    }
  }

  /** For those who know of no metadata; see {@link PlainBlocks}. */
  void usePlainBlocks() {
    namespaces.usePlainBlocks();
  }

  QueueGuard guard() {
    return guard;
  }

  CommandQueue queue() {
    return queue;
  }

  void checkOwner() {
    if (Thread.currentThread() != owner) {
      throw new WrongThreadException(
          "queue pair " + queue.id() + " belongs to " + owner + ": open one for each thread");
    }
  }
}
