// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Statx;
import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerRing;
import dev.annulus.peer.Region;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.Producer;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A client of a host: opens resources by URL, reads and writes them with many operations in flight.
 *
 * <p>Belongs to one thread at a time. Operations with a tag ({@link #read} and so on) are started
 * by {@link #submit} and answered to a {@link CompletionHandler} in {@link #reap}, in any order;
 * they allocate nothing. Those without ({@link #open}, {@link #stat}, {@link #close(int)}) block,
 * and may be called only while none of the former is in flight; an interrupt does not end them, and
 * is kept for later.
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

  /** Only what reading the data needs: {@code IORING_FSYNC_DATASYNC}. */
  public static final int FSYNC_DATASYNC = 1;

  private static final long BLOCKING_TAG = 0x414e_4e55_4c55_5321L;
  private static final int CONTROL_SIZE = 8192;
  private static final int STAT_AT = 0;
  private static final int URL_AT = 512;

  private final PeerRing ring;
  private final Producer sq;
  private final Region control;
  private final MemorySegment url;
  private long answer;

  /** Of the calls that block: keeps the one answer. */
  private final CompletionHandler answered =
      new CompletionHandler() {
        @Override
        public void completed(long userData, int result, int flags) {
          answer = result;
        }

        @Override
        public void completedExtended(
            long userData, int result, int flags, long extra1, long extra2) {
          answer = extra1;
        }
      };

  private Client(PeerRing ring) throws IOException {
    this.ring = ring;
    sq = ring.sq();
    control = ring.share(CONTROL_SIZE);
    url = control.memory().asSlice(URL_AT);
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
    PeerRing ring = PeerRing.attach(socket, options);
    try {
      return new Client(ring);
    } catch (IOException | RuntimeException e) {
      ring.close();
      throw e;
    }
  }

  /**
   * Shares memory with the host, for buffers. Blocks until the host has mapped it.
   *
   * @param size bytes, more than 0
   * @return the region, valid until this client is closed
   * @throws IOException where memory is short, the host's quota is used up, or the host is gone
   */
  public Region share(long size) throws IOException {
    return ring.share(size);
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
    byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length > OpenUrl.MAX_URL) {
      throw new ErrnoException("open " + address, Errno.ENAMETOOLONG, "a URL has 1 to 4112 bytes");
    }
    MemorySegment.copy(bytes, 0, url, JAVA_BYTE, 0, bytes.length);
    long at = claimBlocking();
    SqEntry.fill(sq.slots(), at, Opcode.OPEN_URL, -1, mode, URL_AT, bytes.length, BLOCKING_TAG);
    SqEntry.opFlags(sq.slots(), at, flags);
    return (int) block("open " + address, at);
  }

  /**
   * Reads the attributes of an open resource. Blocks.
   *
   * @param handle from {@link #open}
   * @return its attributes
   * @throws IOException where the host answers with an error number, or is gone
   */
  public FileStat stat(int handle) throws IOException {
    long at = claimBlocking();
    SqEntry.fill(
        sq.slots(), at, Opcode.STATX, handle, STAT_AT, 0, Statx.STATX_BASIC_STATS, BLOCKING_TAG);
    SqEntry.opFlags(sq.slots(), at, Statx.AT_EMPTY_PATH);
    block("statx", at);
    return FileStat.read(control.memory().asSlice(STAT_AT, Statx.SIZE));
  }

  /**
   * The size of an open resource. Blocks.
   *
   * @param handle from {@link #open}
   * @return bytes; 0 where it has none, such as a stream
   * @throws IOException where the host answers with an error number, or is gone
   */
  public long size(int handle) throws IOException {
    long at = claimBlocking();
    SqEntry.fill(sq.slots(), at, Opcode.SIZE, handle, 0, 0, 0, BLOCKING_TAG);
    return block("size", at);
  }

  /**
   * Closes a handle. Blocks.
   *
   * @param handle from {@link #open}
   * @throws IOException where the host answers with an error number, or is gone
   */
  public void close(int handle) throws IOException {
    long at = claimBlocking();
    SqEntry.fill(sq.slots(), at, Opcode.CLOSE, handle, 0, 0, 0, BLOCKING_TAG);
    block("close", at);
  }

  private long claimBlocking() {
    if (inFlight() > 0) {
      throw new IllegalStateException(
          inFlight() + " operations are in flight: reap them before a call that blocks");
    }
    return sq.claim();
  }

  private long block(String what, long at) throws IOException {
    SqEntry.bufIndex(sq.slots(), at, control.id());
    ring.submit();
    do {
      ring.awaitUninterruptibly(1);
    } while (ring.reap(answered, 1) == 0);
    if (answer < 0) {
      throw new ErrnoException(what, (int) -answer);
    }
    return answer;
  }

  /**
   * Prepares a read. {@link #submit} starts it.
   *
   * @param handle from {@link #open}
   * @param buffer where to read to; untouched by the caller until the completion
   * @param at offset within the buffer
   * @param length bytes, 0 to 2^31-1; must lie within the buffer
   * @param offset in the resource
   * @param tag comes back with the completion, whose result is the bytes read, 0 at the end
   * @return false where credit is used up: reap first
   */
  public boolean read(int handle, Region buffer, long at, int length, long offset, long tag) {
    return transfer(Opcode.READ, handle, buffer, at, length, offset, tag);
  }

  /**
   * Prepares a write. {@link #submit} starts it.
   *
   * @param handle from {@link #open}
   * @param buffer where to write from; unchanged by the caller until the completion
   * @param at offset within the buffer
   * @param length bytes, 0 to 2^31-1; must lie within the buffer
   * @param offset in the resource
   * @param tag comes back with the completion, whose result is the bytes written
   * @return false where credit is used up: reap first
   */
  public boolean write(int handle, Region buffer, long at, int length, long offset, long tag) {
    return transfer(Opcode.WRITE, handle, buffer, at, length, offset, tag);
  }

  private boolean transfer(
      int opcode, int handle, Region buffer, long at, int length, long offset, long tag) {
    if (at < 0 || length < 0 || at > buffer.size() - length || offset < 0) {
      throw new IndexOutOfBoundsException(
          length + " bytes at " + at + " of a buffer of " + buffer.size() + ", offset " + offset);
    }
    long slot = claim();
    if (slot < 0) {
      return false;
    }
    SqEntry.fill(sq.slots(), slot, opcode, handle, offset, at, length, tag);
    SqEntry.bufIndex(sq.slots(), slot, buffer.id());
    return true;
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
    long slot = claim();
    if (slot < 0) {
      return false;
    }
    SqEntry.fill(sq.slots(), slot, Opcode.FSYNC, handle, 0, 0, 0, tag);
    SqEntry.opFlags(sq.slots(), slot, flags);
    return true;
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
    long slot = claim();
    if (slot < 0) {
      return false;
    }
    SqEntry.fill(sq.slots(), slot, Opcode.SIZE, handle, 0, 0, 0, tag);
    return true;
  }

  /**
   * Prepares an operation that does nothing, for measuring. {@link #submit} starts it.
   *
   * @param tag comes back with the completion, whose result is 0
   * @return false where credit is used up: reap first
   */
  public boolean nop(long tag) {
    long slot = claim();
    if (slot < 0) {
      return false;
    }
    SqEntry.fill(sq.slots(), slot, Opcode.NOP, -1, 0, 0, 0, tag);
    return true;
  }

  private long claim() {
    return inFlight() >= ring.credit() ? -1 : sq.claim();
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
   * @throws PeerGoneException where the host is gone and left no more completions
   * @throws InterruptedException where the thread was or is interrupted; its status is cleared,
   *     nothing is lost
   */
  public int await(int count, long timeoutNanos) throws PeerGoneException, InterruptedException {
    return ring.await(count, timeoutNanos);
  }

  /**
   * As {@link #await} without time-out, however often the thread is interrupted: it has that status
   * again afterwards.
   *
   * @param count how many, 1 to the number in flight
   * @return how many can be reaped
   * @throws PeerGoneException where the host is gone and left no more completions
   */
  public int awaitUninterruptibly(int count) throws PeerGoneException {
    return ring.awaitUninterruptibly(count);
  }

  /**
   * Takes completions that are there, without blocking.
   *
   * @param handler called for each
   * @param most how many at most
   * @return how many
   * @throws dev.annulus.ring.RingViolationException where the host wrote what cannot be true; the
   *     session is over
   */
  public int reap(CompletionHandler handler, int most) {
    return ring.reap(handler, most);
  }

  /**
   * Operations prepared or submitted whose completion has not been reaped.
   *
   * @return 0 to {@link #credit}
   */
  public int inFlight() {
    return ring.inFlight();
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

  /** Detaches. Open handles are closed by the host, operations in flight cancelled. */
  @Override
  public void close() {
    ring.close();
  }
}
