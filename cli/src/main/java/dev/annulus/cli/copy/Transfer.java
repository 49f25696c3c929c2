// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.copy;

import dev.annulus.peer.PeerGoneException;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.scheme.Client;
import java.io.IOException;

/**
 * One transfer: blocks go through a window of buffers, each read, then written and handed to the
 * consumer. The window moves on when its oldest block is through.
 */
public final class Transfer {
  private final Client client;
  private final Plan plan;
  private final Slot[] slots;
  private final int blockSize;
  private final HopStats reads = new HopStats();
  private final HopStats writes = new HopStats();
  private final CompletionHandler handler = this::completed;

  /** Blocks begun, and how many of them are through: the window is between. */
  private long begun;

  private long through;

  /** Blocks that the consumer has taken. */
  private long consumed;

  private long offset;
  private long end;
  private long moved;
  private long nanos;
  private long syncResult;
  private IOException failure;

  /**
   * Prepares a transfer.
   *
   * @param client with nothing in flight
   * @param window its buffers, not closed before the transfer has ended; their size must be a
   *     multiple of both ends' block size
   * @param plan what to do
   */
  public Transfer(Client client, Window window, Plan plan) {
    this.client = client;
    this.plan = plan;
    blockSize = window.blockSize();
    slots = new Slot[plan.oneByOne() ? 1 : window.depth()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new Slot(i, window.lease(i), window.memory(i));
    }
    end = plan.length();
  }

  /**
   * Reads, writes and hands over everything. Blocks.
   *
   * @throws TransferException where an operation fails
   * @throws PeerGoneException where the host is gone
   * @throws IOException what the consumer throws
   */
  public void run() throws IOException {
    long start = System.nanoTime();
    try {
      do {
        fill();
        client.submit();
        // The consumer works while the host does: so only what is there is reaped meanwhile.
        if (!consume() && client.inFlight() > 0) {
          client.awaitUninterruptibly(1);
        }
        client.reap(handler, slots.length);
        plan.progress().accept(moved);
      } while (client.inFlight() > 0 || failure == null && (mayBegin() || through < begun));
    } finally {
      nanos = System.nanoTime() - start;
    }
    if (failure != null) {
      throw failure;
    }
  }

  private boolean mayBegin() {
    return failure == null && begun - through < slots.length && offset < end;
  }

  private void fill() {
    while (mayBegin()) {
      Slot slot = slots[(int) (begun++ % slots.length)];
      int length = (int) Math.min(blockSize, end - offset);
      slot.begin(offset, length, plan.source().wholeBlocks(length));
      offset += length;
      read(slot);
    }
  }

  private void read(Slot slot) {
    slot.started = System.nanoTime();
    expect(
        client.read(
            plan.source().handle(),
            slot.lease,
            slot.done,
            slot.wanted - slot.done,
            slot.offset + slot.done,
            slot.number));
  }

  private void write(Slot slot) {
    slot.started = System.nanoTime();
    expect(
        client.write(
            plan.target().handle(),
            slot.lease,
            slot.done,
            slot.wanted - slot.done,
            slot.offset + slot.done,
            slot.number));
  }

  /** The window is not larger than the client's credit, so there is always room. */
  private static void expect(boolean taken) {
    if (!taken) {
      throw new IllegalStateException("the ring took fewer operations than the host granted");
    }
  }

  private void completed(long tag, int result, int flags) {
    Slot slot = slots[(int) tag];
    HopStats hop = slot.isRead ? writes : reads;
    hop.record(System.nanoTime() - slot.started, result);
    if (failure != null) {
      return;
    }
    if (slot.isRead) {
      wrote(slot, result);
    } else {
      didRead(slot, result);
    }
  }

  private void didRead(Slot slot, int result) {
    if (result < 0 && result != -Errno.EINTR) {
      fail("read " + plan.source().url(), -result, slot, "");
      return;
    }
    slot.done += Math.max(result, 0);
    if (plan.source().endsUnknown() && result >= 0) {
      // What came is a block of its own: more may come much later, or not at all.
      slot.length = result;
      offset = slot.offset + result;
      end = result == 0 ? offset : end;
    } else if (result == 0) {
      fail(
          "read " + plan.source().url(),
          Errno.ENODATA,
          slot,
          "it became shorter while it was read; copy it again");
      return;
    } else if (slot.done < slot.length) {
      read(slot);
      return;
    }
    slot.isRead = true;
    forward(slot);
  }

  private void forward(Slot slot) {
    if (plan.target() == null || slot.length == 0) {
      written(slot);
      return;
    }
    slot.want(plan.target().wholeBlocks(slot.length));
    slot.memory.asSlice(slot.length, slot.wanted - slot.length).fill((byte) 0);
    write(slot);
  }

  private void wrote(Slot slot, int result) {
    if (result <= 0 && result != -Errno.EINTR) {
      int errno = result == 0 ? Errno.EIO : -result;
      fail("write " + plan.target().url(), errno, slot, "");
      return;
    }
    slot.done += Math.max(result, 0);
    if (slot.done < slot.wanted) {
      write(slot);
    } else {
      written(slot);
    }
  }

  private void written(Slot slot) {
    slot.isWritten = true;
    moved += slot.length;
    moveOn();
  }

  private void moveOn() {
    while (through < begun
        && slots[(int) (through % slots.length)].isWritten
        && (plan.consumer() == null || through < consumed)) {
      through++;
    }
  }

  private boolean consume() {
    Slot slot = slots[(int) (consumed % slots.length)];
    if (plan.consumer() == null || failure != null || consumed == begun || !slot.isRead) {
      return false;
    }
    consumed++;
    try {
      plan.consumer().accept(slot.memory.asSlice(0, slot.length).asReadOnly());
    } catch (IOException e) {
      failure = e;
    }
    moveOn();
    return true;
  }

  /** Remembers the first failure; what is in flight is waited for before it is thrown. */
  private void fail(String call, int errno, Slot slot, String remedy) {
    String where = " at byte " + (slot.offset + slot.done) + ": " + Errno.describe(errno);
    failure =
        new TransferException(call, errno, call + where + (remedy.isEmpty() ? "" : ": " + remedy));
  }

  /**
   * Flushes the target to its device. Blocks.
   *
   * @throws TransferException where that fails: the bytes may not last
   * @throws IOException where the host is gone
   */
  public void sync() throws IOException {
    client.sync(plan.target().handle(), 0, 0);
    client.submit();
    client.awaitUninterruptibly(1);
    client.reap((tag, result, flags) -> syncResult = result, 1);
    // EINVAL: what cannot be flushed, such as a pipe.
    if (syncResult < 0 && !(syncResult == -Errno.EINVAL && plan.target().inOrder())) {
      String call = "flush " + plan.target().url();
      ErrnoException cause = new ErrnoException(call, (int) -syncResult);
      throw new TransferException(call, cause.errno(), cause.getMessage());
    }
  }

  /**
   * Bytes that have arrived: written, or read where nothing is to be written.
   *
   * @return a count, exact once {@link #run} has ended
   */
  public long moved() {
    return moved;
  }

  /**
   * How long {@link #run} took.
   *
   * @return nanoseconds
   */
  public long nanos() {
    return nanos;
  }

  /**
   * The reading side.
   *
   * @return its figures
   */
  public HopStats reads() {
    return reads;
  }

  /**
   * The writing side.
   *
   * @return its figures
   */
  public HopStats writes() {
    return writes;
  }
}
