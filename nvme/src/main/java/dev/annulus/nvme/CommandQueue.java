// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A submission queue with a completion queue of its own: writes commands, rings the doorbells,
 * matches completions to commands. One thread at a time; no lock, no allocation, no atomic
 * operation.
 *
 * <p>The device is not trusted: what it writes is read once, and a completion that belongs to no
 * command in flight is counted and dropped.
 */
final class CommandQueue {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  /** The most entries: leaves four bits of generation in a command identifier. */
  static final int MAX_ENTRIES = 4096;

  private final DmaMemory dma;
  private final Doorbells doorbells;
  private final FalseCompletions lies;
  private final int id;
  private final int mask;
  private final long maxTransfer;
  private final DmaBuffer sqBuffer;
  private final DmaBuffer cqBuffer;
  private final MemorySegment sq;
  private final MemorySegment cq;
  private final CommandSlots slots;
  private final SplitTransfers splits;
  private final PrpLists lists;
  private final Lifecycle lifecycle;

  /** The controller's word that the owner has complied with; while it is another none submits. */
  private int seen;

  /** Whether long transfers are described by SGLs. */
  private boolean sgls;

  private int sqTail;
  private int sqHead;
  private int cqHead;
  private int phase = 1;

  private long commands;
  private long completions;

  /** A queue that no reset stops. */
  CommandQueue(Transport transport, int id, int entries, long maxTransfer, int pageShift)
      throws NvmeException {
    this(transport, new Lifecycle(), id, entries, maxTransfer, pageShift);
  }

  /** Allocates the queue; entries is a power of two up to {@link #MAX_ENTRIES}. */
  CommandQueue(
      Transport transport,
      Lifecycle lifecycle,
      int id,
      int entries,
      long maxTransfer,
      int pageShift)
      throws NvmeException {
    doorbells = new Doorbells(transport, id);
    lies = new FalseCompletions(id);
    this.lifecycle = lifecycle;
    seen = lifecycle.word();
    this.id = id;
    this.maxTransfer = maxTransfer;
    mask = entries - 1;
    long pageSize = 1L << pageShift;
    slots = new CommandSlots(entries);
    splits = new SplitTransfers(slots.depth());
    dma = transport.dma();
    lists = new PrpLists(dma, slots.depth(), maxTransfer, pageShift);
    sqBuffer = dma.allocate((long) entries << Sqe.SHIFT, pageSize);
    cqBuffer = dma.allocate((long) entries << Cqe.SHIFT, pageSize);
    sq = sqBuffer.memory();
    cq = cqBuffer.memory();
  }

  /** Says that the controller understands SGLs in this queue. */
  void useSgls(boolean value) {
    sgls = value;
  }

  /** Says which shadow doorbells there are, or null, before the device has the queue. */
  void shadow(ShadowDoorbells all, boolean polled) {
    doorbells.shadow(all, mask + 1, polled);
  }

  /** Rings for what the device should have found in shadow doorbells, and did not. */
  void insist() throws NvmeException {
    doorbells.insist();
  }

  /**
   * Fills the next entry of the submission queue; the device sees it at the next {@link #ring}.
   *
   * @return false when the queue is full
   */
  boolean submit(
      int opcode, int nsid, long cdw10, long cdw12, long cdw14, long iova, long bytes, long token) {
    int slot = claim(token);
    if (slot < 0) {
      return false;
    }
    fill(slot, opcode, nsid, cdw10, cdw12, cdw14, iova, bytes);
    return true;
  }

  /**
   * Begins a transfer of several commands, which are submitted by {@link #part}: all of them have
   * room then. It completes once, when the last has.
   *
   * @return its number, or -1 where there is no room for all
   */
  int begin(int commands, long token) {
    // Not all of the queue's entries may be free though all slots are: it tells late what it read.
    boolean room = commands <= (sqHead - sqTail - 1 & mask) && commands <= slots.left();
    return !room || stopped() ? -1 : splits.begin(token, commands);
  }

  /** As {@link #submit}, for one of the commands that a transfer was begun for. */
  void part(
      int transfer,
      int opcode,
      int nsid,
      long cdw10,
      long cdw12,
      long cdw14,
      long iova,
      long bytes) {
    int slot = slots.take(transfer);
    slots.part(slot);
    fill(slot, opcode, nsid, cdw10, cdw12, cdw14, iova, bytes);
  }

  /** Adds the address of metadata to the entry that was filled last. */
  void metadata(long iova) {
    LONG.set(sq, ((long) (sqTail - 1 & mask) << Sqe.SHIFT) + Sqe.MPTR, iova);
  }

  /** As {@link #submit}, for a command that takes one Dataset Management range as its data. */
  boolean submitRange(int opcode, int nsid, long cdw10, int blocks, long lba, long token) {
    int slot = claim(token);
    if (slot < 0) {
      return false;
    }
    long at = lists.offset(slot);
    LONG.set(lists.memory(), at, (long) blocks << 32);
    LONG.set(lists.memory(), at + NvmOpcode.DSM_RANGE_LBA, lba);
    write(slot, opcode, nsid, cdw10, 0, 0, lists.iova(slot), 0);
    return true;
  }

  /**
   * A command slot, while there is room in the submission queue too; -1 when the queue is full, or
   * the controller is or was being reset and the owner has not complied yet.
   */
  private int claim(long token) {
    return ((sqTail + 1) & mask) == sqHead || stopped() ? -1 : slots.take(token);
  }

  /** Whether the controller's word is another than the owner has complied with. */
  boolean stopped() {
    return lifecycle.differs(seen);
  }

  /** The owner has complied with a word of the controller, and the device has the queue. */
  void comply(int word) {
    seen = word;
  }

  /** The word that {@link #stopped} compares with. */
  int seen() {
    return seen;
  }

  /** Describes the data, by an SGL or PRP entries, and writes the entry. */
  private void fill(
      int slot, int opcode, int nsid, long cdw10, long cdw12, long cdw14, long iova, long bytes) {
    if (sgls && bytes >= Sgl.THRESHOLD) {
      write(slot, opcode | Sgl.PSDT, nsid, cdw10, cdw12, cdw14, iova, Sgl.dataBlock(bytes));
    } else {
      write(slot, opcode, nsid, cdw10, cdw12, cdw14, iova, lists.second(slot, iova, bytes));
    }
  }

  /** Writes the entry, plainly: the doorbell write releases it to the device. */
  private void write(
      int slot, int opcode, int nsid, long cdw10, long cdw12, long cdw14, long prp1, long prp2) {
    long at = (long) sqTail << Sqe.SHIFT;
    LONG.set(sq, at + Sqe.CDW0_NSID, opcode | (long) slots.id(slot) << 16 | (long) nsid << 32);
    LONG.set(sq, at + Sqe.CDW2, 0L);
    LONG.set(sq, at + Sqe.MPTR, 0L);
    LONG.set(sq, at + Sqe.PRP1, prp1);
    LONG.set(sq, at + Sqe.PRP2, prp2);
    LONG.set(sq, at + Sqe.CDW10, cdw10);
    LONG.set(sq, at + Sqe.CDW12, cdw12);
    LONG.set(sq, at + Sqe.CDW14, cdw14);
    sqTail = (sqTail + 1) & mask;
    commands++;
  }

  /** Tells the device of what was filled since the last time: one doorbell write, or none. */
  void ring() throws NvmeException {
    doorbells.tail(sqTail);
  }

  /** Hands completions to the handler, at most so many; one doorbell write, or none. */
  int poll(CompletionHandler handler, int most) throws NvmeException {
    try {
      return drain(handler, most);
    } finally {
      ringHead();
    }
  }

  /** Tells the device how far completions were read: one doorbell write, or none. */
  void ringHead() throws NvmeException {
    doorbells.head(cqHead);
  }

  /** Hands completions to the handler, at most so many, and does not tell the device. */
  int drain(CompletionHandler handler, int most) {
    int done = 0;
    // A device that writes as fast as this reads is left after one round.
    for (int seen = 0; seen <= mask && done < most; seen++) {
      long at = (long) cqHead << Cqe.SHIFT;
      // Acquire: pairs with the device's release of this word, ModelCq.post in the model.
      long word = (long) LONG.getAcquire(cq, at + Cqe.STATUS_WORD);
      if (Cqe.phase(word) != phase) {
        break;
      }
      long result = (long) LONG.get(cq, at + Cqe.DW0);
      advanceHead();
      int slot = match(word);
      if (slot >= 0) {
        done += finish(slot, Cqe.status(word), result, handler);
      }
    }
    return done;
  }

  private void advanceHead() {
    cqHead = (cqHead + 1) & mask;
    if (cqHead == 0) {
      phase ^= 1;
    }
  }

  /** The slot of the command that a completion belongs to, -1 where there is none. */
  private int match(long word) {
    int slot = Cqe.sqId(word) == id ? slots.find(Cqe.commandId(word)) : -1;
    if (slot < 0) {
      lies.unmatched(word, slots.inFlight());
      return -1;
    }
    int head = Cqe.sqHead(word);
    if (head <= mask && ((head - sqHead) & mask) <= ((doorbells.toldTail() - sqHead) & mask)) {
      sqHead = head;
    } else {
      lies.impossibleHead();
    }
    return slot;
  }

  /** The first thing that the device got wrong since the queue was last empty and new, or null. */
  Violation violation() {
    return lies.first();
  }

  /**
   * Frees the slot before the handler runs, so that it can submit. Answers how often it ran: not
   * for a command of a longer transfer, unless it is the last.
   */
  private int finish(int slot, int status, long result, CompletionHandler handler) {
    long token = slots.token(slot);
    int told = status == NvmeStatus.SUCCESS ? status : told(slot, status);
    boolean part = slots.isPart(slot);
    slots.release(slot);
    completions++;
    if (slots.inFlight() == 0) {
      // All that was submitted is complete, so it was fetched, whatever heads the device told.
      sqHead = sqTail;
    }
    if (part) {
      return finishPart((int) token, told, handler);
    }
    handler.completed(token, told, result);
    return 1;
  }

  private int finishPart(int transfer, int status, CompletionHandler handler) {
    if (!splits.ended(transfer, status)) {
      return 0;
    }
    handler.completed(splits.token(transfer), splits.status(transfer), 0);
    return 1;
  }

  /** What was aborted for its time says so, not that it was aborted or cut off for another's. */
  private int told(int slot, int status) {
    int code = status & ~(NvmeStatus.DO_NOT_RETRY | NvmeStatus.MORE);
    boolean ended =
        code == StatusCode.COMMAND_ABORT_REQUESTED.value
            || code == StatusCode.HOST_PATHING_ERROR.value;
    return ended && slots.aborting(slot) ? StatusCode.COMMAND_ABORTED_BY_HOST.value : status;
  }

  /**
   * Completes what is still in flight with a status, at most so many; the device must have lost the
   * queue before.
   */
  int abandon(CompletionHandler handler, int most, int status) {
    int done = 0;
    for (int slot = 0; slot < slots.depth() && done < most; slot++) {
      if (slots.busy(slot)) {
        done += finish(slot, status, 0, handler);
      }
    }
    return done;
  }

  /** Makes the queue as new; the device must have lost it, and nothing is in flight. */
  void restart() {
    sqTail = 0;
    doorbells.restart();
    sqHead = 0;
    cqHead = 0;
    phase = 1;
    lies.restart();
    cq.fill((byte) 0);
  }

  CommandSlots slots() {
    return slots;
  }

  long completions() {
    return completions;
  }

  int id() {
    return id;
  }

  int entries() {
    return mask + 1;
  }

  int depth() {
    return slots.depth();
  }

  int inFlight() {
    return slots.inFlight();
  }

  long maxTransfer() {
    return maxTransfer;
  }

  long sqIova() {
    return sqBuffer.iova();
  }

  long cqIova() {
    return cqBuffer.iova();
  }

  /** Doorbells written for what the device should have found by itself. */
  long insisted() {
    return doorbells.insisted();
  }

  QueueCounters counters() {
    return new QueueCounters(
        commands,
        completions,
        doorbells.tails(),
        doorbells.heads(),
        lies.spurious(),
        lies.badHeads(),
        doorbells.updates());
  }

  /** Frees the memory; the device must have lost the queue before. */
  void free() {
    dma.free(sqBuffer);
    dma.free(cqBuffer);
    lists.free();
  }
}
