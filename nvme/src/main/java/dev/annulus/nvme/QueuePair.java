// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

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
  private final Thread owner = Thread.currentThread();
  private final QueuePairs pairs;
  private final QueueGuard guard;
  private final CommandQueue queue;
  private final NamespaceTable namespaces;
  private final int interruptFd;
  private boolean closed;

  QueuePair(QueuePairs pairs, QueueGuard guard, NamespaceTable namespaces, int interruptFd) {
    this.pairs = pairs;
    this.guard = guard;
    queue = guard.queue();
    this.namespaces = namespaces;
    this.interruptFd = interruptFd;
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
    return transfer(NvmOpcode.READ, nsid, lba, blocks, 0, iova, token);
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
    return transfer(NvmOpcode.WRITE, nsid, lba, blocks, 0, iova, token);
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
    return transfer(NvmOpcode.WRITE, nsid, lba, blocks, NvmOpcode.FUA, iova, token);
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
    return transfer(NvmOpcode.COMPARE, nsid, lba, blocks, 0, iova, token);
  }

  private boolean transfer(
      int opcode, int nsid, long lba, int blocks, int control, long iova, long token) {
    checkOwner();
    int shift = namespaces.blockShift(nsid);
    return transfer(opcode, nsid, shift, lba, blocks, control, iova, token);
  }

  /**
   * Reads or writes blocks of a namespace that still is what the caller took it for.
   *
   * @throws IllegalArgumentException where it was removed, or has blocks of another size now
   */
  boolean transfer(int opcode, Namespace as, long lba, int blocks, long iova, long token) {
    checkOwner();
    int shift = Integer.numberOfTrailingZeros(as.blockSize());
    if (namespaces.blockShift(as.nsid()) != shift) {
      throw new IllegalArgumentException(
          "namespace " + as.nsid() + " has not blocks of " + as.blockSize() + " bytes any more");
    }
    return transfer(opcode, as.nsid(), shift, lba, blocks, 0, iova, token);
  }

  private boolean transfer(
      int opcode, int nsid, int shift, long lba, int blocks, int control, long iova, long token) {
    checkTransfer(blocks, shift, iova);
    if (blocks > queue.blocksAtOnce(shift)) {
      if (opcode == NvmOpcode.WRITE && namespaces.isZoned(nsid)) {
        throw new IllegalArgumentException(
            "write of %,d blocks to a zone: at most %,d, since several commands could be carried"
                    .formatted(blocks, queue.blocksAtOnce(shift))
                + " out in any order");
      }
      long flags = control & 0xFFFF_FFFFL;
      return queue.submitSplit(opcode, nsid, lba, flags, iova, blocks, shift, token);
    }
    long cdw12 = (blocks - 1 | control) & 0xFFFF_FFFFL;
    return queue.submit(opcode, nsid, lba, cdw12, 0, iova, (long) blocks << shift, token);
  }

  /**
   * Makes completed writes of a namespace durable.
   *
   * @param nsid a namespace of the controller
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean flush(int nsid, long token) {
    checkOwner();
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
    checkOwner();
    checkBlocks(blocks);
    return queue.submit(NvmOpcode.WRITE_ZEROES, nsid, lba, blocks - 1L, 0, 0, 0, token);
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
    checkOwner();
    if (blocks < 1) {
      throw new IllegalArgumentException(blocks + " blocks: must be at least 1");
    }
    // CDW10 is the number of ranges, 0-based; CDW11 in the upper half.
    long cdw10 = (long) NvmOpcode.DSM_DEALLOCATE << 32;
    return queue.submitRange(NvmOpcode.DATASET_MANAGEMENT, nsid, cdw10, blocks, lba, token);
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
    return longestTransferOf(1 << namespaces.blockShift(nsid));
  }

  long longestTransferOf(int blockSize) {
    int shift = Integer.numberOfTrailingZeros(blockSize);
    return (long) queue.blocksAtOnce(shift) * queue.depth() << shift;
  }

  /**
   * The most bytes of one write: as {@link #longestTransfer}, but of a namespace with zones a
   * single command, since the device may carry out several in any order.
   *
   * @param nsid a namespace of the controller
   * @return a multiple of its block size
   */
  public long longestWrite(int nsid) {
    int shift = namespaces.blockShift(nsid);
    return namespaces.isZoned(nsid)
        ? (long) queue.blocksAtOnce(shift) << shift
        : longestTransfer(nsid);
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

  QueueGuard guard() {
    return guard;
  }

  CommandQueue queue() {
    return queue;
  }

  private void checkOwner() {
    if (Thread.currentThread() != owner) {
      throw new WrongThreadException(
          "queue pair " + queue.id() + " belongs to " + owner + ": open one for each thread");
    }
  }

  private void checkTransfer(int blocks, int shift, long iova) {
    long most = (long) queue.blocksAtOnce(shift) * queue.depth();
    if (blocks < 1 || blocks > most || (iova & 3) != 0) {
      throw new IllegalArgumentException(
          "transfer of %,d blocks at IOVA %xh: 1 to %,d, at a multiple of 4"
              .formatted(blocks, iova, most));
    }
  }

  private static void checkBlocks(int blocks) {
    if (blocks < 1 || blocks > NvmOpcode.MAX_BLOCKS) {
      throw new IllegalArgumentException(blocks + " blocks: must be 1 to 65,536");
    }
  }
}
