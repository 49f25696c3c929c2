// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.ffi.Files;
import dev.annulus.peer.BufferPool;
import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerRing;
import dev.annulus.peer.PoolOptions;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.RingViolationException;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A client of a host: opens resources by URL, reads and writes them with many operations in flight.
 *
 * <p>Belongs to one thread at a time. Operations with a tag ({@link #read} and so on) are started
 * by {@link #submit} and answered to a {@link CompletionHandler} in {@link #reap}, in any order;
 * they allocate nothing. Those without ({@link #open}, {@link #stat}, {@link #close(int)}) block,
 * and may be called only while none of the former is in flight; an interrupt does not end them, and
 * is kept for later.
 *
 * <p>Buffers are leases of the client's {@link #pool}. An operation holds its buffer until its
 * completion is reaped, so a lease may be released at any time: neither a cancellation nor a
 * time-out makes its bytes another's too early.
 */
public final class Client implements AutoCloseable {
  /** Open for reading. */
  public static final int O_RDONLY = Files.O_RDONLY;

  /** Open for writing. */
  public static final int O_WRONLY = Files.O_WRONLY;

  /** Open for both. */
  public static final int O_RDWR = Files.O_RDWR;

  /** Create if missing. */
  public static final int O_CREAT = Files.O_CREAT;

  /** Fail if it exists. */
  public static final int O_EXCL = Files.O_EXCL;

  /** Truncate to length 0. */
  public static final int O_TRUNC = Files.O_TRUNC;

  /** Nothing between buffer and device: buffers, offsets and lengths must be aligned. */
  public static final int O_DIRECT = Files.O_DIRECT;

  /** A write is durable when it completes. */
  public static final int O_DSYNC = Files.O_DSYNC;

  /** Only what reading the data needs: {@code IORING_FSYNC_DATASYNC}. */
  public static final int FSYNC_DATASYNC = 1;

  final PeerRing ring;
  private final MemorySegment entries;
  private final BufferPool pool;
  private final Operations operations;

  private final Control control;

  private Client(PeerRing ring, PoolOptions buffers) throws IOException {
    this.ring = ring;
    entries = ring.sq().slots();
    pool = new BufferPool(ring, buffers);
    operations = new Operations(ring, pool);
    control = new Control(this, operations, pool);
  }

  /**
   * Attaches to a host.
   *
   * @param socket the host's Unix socket
   * @param options credit and waiting
   * @return the client
   * @throws ErrnoException where no host runs there or it refuses; says which and what to do
   * @throws IOException where what runs there is no host
   */
  public static Client connect(Path socket, PeerOptions options) throws IOException {
    return connect(socket, options, PoolOptions.DEFAULT);
  }

  /**
   * Attaches to a host.
   *
   * @param socket the host's Unix socket
   * @param options credit and waiting
   * @param buffers how large the pool of buffers is
   * @return the client
   * @throws ErrnoException where no host runs there or it refuses; says which and what to do
   * @throws IOException where what runs there is no host
   */
  public static Client connect(Path socket, PeerOptions options, PoolOptions buffers)
      throws IOException {
    PeerRing ring = PeerRing.attach(socket, options);
    try {
      return new Client(ring, buffers);
    } catch (IOException | RuntimeException e) {
      ring.close();
      throw e;
    }
  }

  /**
   * The buffers that the host can reach: to lease from and to release to. Its operations' holds are
   * this client's affair. It need not be closed.
   *
   * @return the pool, of which this client keeps one lease of 8192 bytes itself
   */
  public BufferPool pool() {
    return pool;
  }

  /**
   * Opens a resource. Blocks.
   *
   * @param address a URL such as {@code file:/data/a.bin}, {@code nvme:0/1}, {@code sys:counters}
   * @param flags {@code O_*} bits
   * @param mode permissions of a new file
   * @return a handle, to be closed
   * @throws ErrnoException where the host answers with an error number
   * @throws PeerGoneException where the host is gone
   */
  public int open(String address, int flags, int mode) throws IOException {
    return control.open(address, flags, mode);
  }

  /**
   * Reads the attributes of an open resource. Blocks.
   *
   * @param handle from {@link #open}
   * @return its attributes
   * @throws IOException where the host answers with an error number, or is gone
   */
  public FileStat stat(int handle) throws IOException {
    return control.stat(handle);
  }

  /**
   * The size of an open resource. Blocks.
   *
   * @param handle from {@link #open}
   * @return bytes; 0 where it has none, such as a stream
   * @throws IOException where the host answers with an error number, or is gone
   */
  public long size(int handle) throws IOException {
    return call(Opcode.SIZE, handle, "size");
  }

  /**
   * Closes a handle. Blocks.
   *
   * @param handle from {@link #open}
   * @throws IOException where the host answers with an error number, or is gone
   */
  public void close(int handle) throws IOException {
    call(Opcode.CLOSE, handle, "close");
  }

  /** An operation of nothing but an opcode and a handle. Blocks. */
  long call(int opcode, int handle, String what) throws IOException {
    return control.call(opcode, handle, what);
  }

  /**
   * Prepares a read. {@link #submit} starts it.
   *
   * @param handle from {@link #open}
   * @param lease of {@link #pool}, where to read to; untouched by the caller until the completion
   * @param at offset within the buffer
   * @param length bytes, 0 to 2^31-1; must lie within the buffer
   * @param offset in the resource
   * @param tag comes back with the completion, whose result is the bytes read, 0 at the end
   * @return false where credit is used up: reap first
   */
  public boolean read(int handle, long lease, long at, int length, long offset, long tag) {
    return transfer(Opcode.READ, handle, lease, at, length, offset, tag);
  }

  /**
   * Prepares a write. {@link #submit} starts it.
   *
   * @param handle from {@link #open}
   * @param lease of {@link #pool}, what to write; unchanged by the caller until the completion
   * @param at offset within the buffer
   * @param length bytes, 0 to 2^31-1; must lie within the buffer
   * @param offset in the resource
   * @param tag comes back with the completion, whose result is the bytes written
   * @return false where credit is used up: reap first
   */
  public boolean write(int handle, long lease, long at, int length, long offset, long tag) {
    return transfer(Opcode.WRITE, handle, lease, at, length, offset, tag);
  }

  private boolean transfer(
      int opcode, int handle, long lease, long at, int length, long offset, long tag) {
    if (offset < 0) {
      throw new IndexOutOfBoundsException("offset " + offset);
    }
    if (operations.full()) {
      return false;
    }
    long addr = pool.hold(lease, at, length);
    return operations.claim(opcode, handle, offset, addr, length, lease, tag) >= 0;
  }

  /**
   * Prepares a flush of everything written to a handle and completed before. {@link #submit} starts
   * it.
   *
   * @param handle from {@link #open}
   * @param flags 0 or {@link #FSYNC_DATASYNC}
   * @param tag comes back with the completion, whose result is 0
   * @return false where credit is used up: reap first
   */
  public boolean sync(int handle, int flags, long tag) {
    long slot = operations.claim(Opcode.FSYNC, handle, 0, 0, 0, Operations.NO_LEASE, tag);
    if (slot < 0) {
      return false;
    }
    SqEntry.opFlags(entries, slot, flags);
    return true;
  }

  /**
   * Prepares to zero or to discard a range of a device. {@link #submit} starts it.
   *
   * @param handle from {@link #open}
   * @param mode bits of {@link Fallocate}
   * @param offset first byte, a multiple of the block size
   * @param length bytes, 1 or more, a multiple of the block size
   * @param tag comes back with the completion, whose result is 0
   * @return false where credit is used up: reap first
   */
  public boolean fallocate(int handle, int mode, long offset, long length, long tag) {
    // As on a kernel ring: the length in bytes is in addr, the mode in len.
    return operations.claim(
            Opcode.FALLOCATE, handle, offset, length, mode, Operations.NO_LEASE, tag)
        >= 0;
  }

  /**
   * Prepares a look at a resource's size. {@link #submit} starts it.
   *
   * @param handle from {@link #open}
   * @param tag comes back with the completion, whose result is the size in bytes: where it is above
   *     2^31-1, an extended one ({@link CompletionHandler#completedExtended})
   * @return false where credit is used up: reap first
   */
  public boolean size(int handle, long tag) {
    return operations.claim(Opcode.SIZE, handle, 0, 0, 0, Operations.NO_LEASE, tag) >= 0;
  }

  /**
   * Prepares an operation that does nothing, for measuring. {@link #submit} starts it.
   *
   * @param tag comes back with the completion, whose result is 0
   * @return false where credit is used up: reap first
   */
  public boolean nop(long tag) {
    return operations.claim(Opcode.NOP, -1, 0, 0, 0, Operations.NO_LEASE, tag) >= 0;
  }

  /**
   * Prepares to end another operation early. {@link #submit} starts it. The other completes all the
   * same, and holds its buffer until then: with {@code -ECANCELED}, or as if nothing had been.
   *
   * @param other the tag of an operation in flight
   * @param tag comes back with this one's completion, whose result is 0, or {@code -ENOENT} where
   *     the other is complete
   * @return false where credit is used up: reap first
   */
  public boolean cancel(long other, long tag) {
    long number = operations.find(other);
    return operations.claim(Opcode.ASYNC_CANCEL, -1, 0, number, 0, Operations.NO_LEASE, tag) >= 0;
  }

  /** Hands everything prepared to the host: one store, and a wake-up if the host sleeps. */
  public void submit() {
    ring.submit();
  }

  /**
   * Waits for completions. Blocks; a virtual thread holds no carrier meanwhile.
   *
   * @param count how many, 1 to the number in flight; an extended one counts as two
   * @param timeoutNanos longest wait, or at most 0 for none
   * @return how many can be reaped, counted likewise
   * @throws PeerGoneException where the host is gone and left no more completions; nothing is in
   *     flight after that
   * @throws InterruptedException where the thread was or is interrupted; its status is cleared,
   *     nothing is lost
   */
  public int await(int count, long timeoutNanos) throws PeerGoneException, InterruptedException {
    try {
      return ring.await(count, timeoutNanos);
    } catch (PeerGoneException gone) {
      operations.lost();
      throw gone;
    }
  }

  /**
   * As {@link #await} without time-out, however often the thread is interrupted: it has that status
   * again afterwards.
   *
   * @param count how many, 1 to the number in flight
   * @return how many can be reaped
   * @throws PeerGoneException where the host is gone and left no more completions; nothing is in
   *     flight after that
   */
  public int awaitUninterruptibly(int count) throws PeerGoneException {
    try {
      return ring.awaitUninterruptibly(count);
    } catch (PeerGoneException gone) {
      operations.lost();
      throw gone;
    }
  }

  /**
   * Takes completions that are there, without blocking.
   *
   * @param handler called for each
   * @param most how many at most
   * @return how many
   * @throws RingViolationException where the host wrote what cannot be true, or completed what is
   *     not in flight; the session is over
   */
  public int reap(CompletionHandler handler, int most) {
    return ring.reap(operations.tell(handler), most);
  }

  /**
   * Operations prepared or submitted whose completion has not been reaped.
   *
   * @return 0 to {@link #credit}
   */
  public int inFlight() {
    return operations.inFlight();
  }

  /**
   * The most operations in flight.
   *
   * @return as granted by the host
   */
  public int credit() {
    return ring.credit();
  }

  /**
   * How many system calls this client made on its ring: to sleep and to wake the host.
   *
   * @return a count that only grows
   */
  public long systemCalls() {
    return ring.systemCalls();
  }

  /**
   * Detaches. Open handles are closed by the host, operations in flight cancelled; the memory of
   * all leases is gone.
   */
  @Override
  public void close() {
    ring.close();
    operations.lost();
  }
}
