// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Futex;
import dev.annulus.ffi.Membarrier;
import dev.annulus.ffi.Messages;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.CqWriter;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Producer;
import dev.annulus.ring.RingViolationException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The server's end of a ring to another process: takes entries and posts completions.
 *
 * <p>The queues belong to one thread at a time, platform or virtual; a virtual thread that waits in
 * {@link #await} holds no carrier. Regions are added by the server's socket thread and may be
 * looked up from the queues' thread. The client is not trusted: an index that cannot be true is
 * thrown as a {@link RingViolationException}; entries must be copied before they are checked;
 * buffers must be looked up by {@link #region}.
 */
public final class PeerSession {
  private final int id;
  private final ServerOptions.Caller caller;
  private final int credit;
  private final boolean sqArray;
  private final Arena arena;
  private final int clientFile;
  private final int serverFile;
  private final Consumer sq;
  private final Producer cq;
  private final Waiter waiter;
  private final CqWriter completions;
  private final long sqTailAddress;
  private final long cqTailAddress;
  private final AtomicReferenceArray<MemorySegment> regions;
  private final Offers offers = new Offers();
  private FutexPoller.Wait alarm;
  private int regionCount;
  private long regionBytes;
  private long systemCalls;

  private PeerSession(Builder made, Arena arena) throws ErrnoException {
    id = made.id;
    caller = made.caller;
    credit = made.credit;
    this.arena = arena;
    regions = new AtomicReferenceArray<>(made.options.maxRegions());
    int entries = Integer.highestOneBit(Math.max(2 * credit - 1, 1));
    sqArray = made.sqArray;
    long clientSize = PeerLayout.clientSize(entries, sqArray);
    int cqEntries = CqWriter.entriesFor(credit);
    long serverSize = PeerLayout.serverSize(cqEntries);
    clientFile = SharedMemory.create("annulus-client", clientSize);
    try {
      serverFile = SharedMemory.create("annulus-server", serverSize);
    } catch (ErrnoException e) {
      Files.close(clientFile);
      throw e;
    }
    try {
      MemorySegment client = SharedMemory.map(clientFile, clientSize, true, arena);
      MemorySegment server = SharedMemory.map(serverFile, serverSize, true, arena);
      PeerLayout.start(client, server, made.options.startIndex());
      SharedMemory.finish(clientFile, false);
      SharedMemory.finish(serverFile, true);
      sq = new Consumer(PeerLayout.sq(client, server, entries, sqArray));
      cq = new Producer(PeerLayout.cq(client, server, cqEntries));
      completions = new CqWriter(cq);
      if (made.mayRelax) {
        sq.fenceFor(Membarrier::everywhere);
      }
      waiter = new Waiter(sq, client, PeerLayout.SQ_TAIL);
      sqTailAddress = client.address() + PeerLayout.SQ_TAIL;
      cqTailAddress = server.address() + PeerLayout.CQ_TAIL;
    } catch (ErrnoException e) {
      closeFiles();
      throw e;
    }
  }

  /** What a session is made of. */
  record Builder(
      int id,
      ServerOptions.Caller caller,
      int credit,
      boolean mayRelax,
      boolean sqArray,
      ServerOptions options) {
    PeerSession build() throws ErrnoException {
      Arena arena = Arena.ofShared();
      try {
        return new PeerSession(this, arena);
      } catch (ErrnoException e) {
        arena.close();
        throw e;
      }
    }
  }

  /** Answers WELCOME; the files are not needed here afterwards, the mappings stay. */
  int welcome(int socket, Messages messages) {
    MemorySegment body = messages.body();
    AttachMessage.begin(body, AttachMessage.WELCOME);
    AttachMessage.intAt(body, AttachMessage.CREDIT, credit);
    AttachMessage.flags(body, sqArray);
    AttachMessage.intAt(body, AttachMessage.SQ_ENTRIES, sq.entries());
    AttachMessage.intAt(body, AttachMessage.CQ_ENTRIES, cq.entries());
    long sent = messages.send(socket, AttachMessage.SIZE, clientFile, serverFile);
    closeFiles();
    return (int) sent;
  }

  private void closeFiles() {
    Files.close(clientFile);
    Files.close(serverFile);
  }

  /** Takes a region that the client shares; answers its number or -errno. Socket thread only. */
  int addRegion(int file, long size, ServerOptions options) {
    if (size < 1) {
      return -Errno.EINVAL;
    }
    if (size > options.maxRegionBytes() - regionBytes || regionCount == options.maxRegions()) {
      return -Errno.EDQUOT;
    }
    int errno = SharedMemory.check(file, size);
    if (errno != 0) {
      return -errno;
    }
    try {
      // Release by the array: pairs with getAcquire in region.
      regions.setRelease(regionCount, SharedMemory.map(file, size, true, arena));
    } catch (ErrnoException e) {
      return -e.errno();
    }
    regionBytes += size;
    return regionCount++;
  }

  /** What the client has used of its quota of regions, for whom asked for more. */
  String quota(ServerOptions options) {
    return "a client's quota here is %d regions and %d bytes; this one has %d and %d"
        .formatted(options.maxRegions(), options.maxRegionBytes(), regionCount, regionBytes);
  }

  /**
   * Memory that the client shares, whole and writable. Its size is fixed and was checked.
   *
   * @param number what the client named, any value
   * @return the memory, or null where there is no such region
   */
  public MemorySegment region(int number) {
    return number >= 0 && number < regions.length() ? regions.getAcquire(number) : null;
  }

  /**
   * The session's number.
   *
   * @return unique within the server
   */
  public int id() {
    return id;
  }

  /**
   * Who the client is, as the kernel says.
   *
   * @return process, user and group when it connected
   */
  public ServerOptions.Caller caller() {
    return caller;
  }

  /**
   * The most operations that the client may have in flight.
   *
   * @return at most the entries of the submission queue, and less than half those of the completion
   *     queue: there is always room for a completion of either size
   */
  public int credit() {
    return credit;
  }

  /**
   * The queue of what the client submits.
   *
   * @return the consuming end
   */
  public Consumer sq() {
    return sq;
  }

  /**
   * The queue of completions.
   *
   * @return the producing end; {@link #complete} publishes
   */
  public Producer cq() {
    return cq;
  }

  /**
   * Posts a completion, extended where the result does not fit 32 bits; {@link #complete} publishes
   * it.
   *
   * @param userData the submission's
   * @param result any number from 0 on, or {@code -errno}
   * @throws RingViolationException where the client left no room: it has more operations without
   *     completion than its credit, or wrote a head that cannot be true
   */
  public void post(long userData, long result) {
    if (!completions.post(userData, result)) {
      throw new RingViolationException(
          "credit", "the completion queue is full: more operations in flight than the credit");
    }
  }

  /** Publishes completions; wakes the client if it sleeps for them. */
  public void complete() {
    if (cq.publish()) {
      systemCalls++;
      Futex.wake(cqTailAddress, 1);
    }
  }

  /**
   * Waits until a number of entries can be taken. Woken once for all of them. Ends when the thread
   * is interrupted, as {@link PeerRing#await} does.
   *
   * @param count how many, 1 to the entries of the queue less those taken and not released
   * @param timeoutNanos longest wait, or at most 0 for none
   * @param waiting what to do meanwhile
   * @return how many can be taken: fewer than {@code count} only after the time-out, or where the
   *     client is gone and left no more
   * @throws PeerGoneException where the client is gone and nothing is left to take
   * @throws InterruptedException where the thread was or is interrupted; its status is cleared
   * @throws dev.annulus.ring.RingViolationException where the client wrote a tail that cannot be
   *     true
   */
  public int await(int count, long timeoutNanos, WaitStrategy waiting)
      throws PeerGoneException, InterruptedException {
    int ready = waiter.await(count, timeoutNanos, waiting, PeerOptions.DEFAULT.spinNanos());
    if (ready == 0 && waiter.ended() && sq.refresh() == 0) {
      throw new PeerGoneException(
          "the client, process " + caller.pid() + ", is gone: it closed, or was killed or ended");
    }
    return ready;
  }

  /**
   * Whether the client is gone, or the session was ended. Entries that it left can still be taken.
   *
   * @return true once it is known
   */
  public boolean gone() {
    return waiter.ended();
  }

  /**
   * Leaves one end of two queues to be taken by the client, for {@link
   * dev.annulus.ring.Opcode#OFFER}. From any thread.
   *
   * @param end this session's from here on, unless the answer is negative
   * @return a ticket, which the client may use once; {@code -EMFILE} where too many wait to be
   *     taken, {@code -ESHUTDOWN} where the session has ended
   */
  public int offer(PeerEnd end) {
    return offers.add(end);
  }

  Offers offers() {
    return offers;
  }

  /** Socket thread: nothing more comes from the client; whoever waits for it is told. */
  void end() {
    offers.close();
    waiter.end();
  }

  /**
   * Lets a thread of this module tell once when the next entry is there: for servers of many
   * sessions that cannot wait for the futex themselves. To be called after {@link Consumer#arm}
   * answered false; the queues' thread may then do something else.
   *
   * @param told called on that thread: short, and of nothing that waits
   */
  public void tellWhenSubmitted(Runnable told) {
    forgetSubmitted();
    alarm = waiter.tell(1, told);
  }

  /** Takes {@link #tellWhenSubmitted} back: when this returns, it has told or never will. */
  public void forgetSubmitted() {
    if (alarm != null) {
      FutexPoller.remove(alarm);
      alarm = null;
    }
  }

  /**
   * The futex that the client wakes when it submits what {@link Consumer#arm} asked for.
   *
   * @return the address of the SQ tail's low 32 bits
   */
  public long sqFutex() {
    return sqTailAddress;
  }

  /**
   * How many system calls were made to wake the client, and to sleep in {@link #await}.
   *
   * @return a count that only grows
   */
  public long systemCalls() {
    return systemCalls + waiter.systemCalls();
  }

  /**
   * Unmaps the ring and the regions. Only when nothing may still use them: neither the queues'
   * thread nor the kernel nor a device. The session must have ended.
   */
  public void free() {
    forgetSubmitted();
    arena.close();
  }
}
