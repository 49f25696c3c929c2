// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Buffers in memory that a client shares with its server: leased by size and alignment, and kept
 * from being used again while an operation may still touch them.
 *
 * <p>A <b>lease</b> is a number that stands for a slice of a region. Its owner releases it; each
 * operation in flight {@link #hold holds} it besides, until its completion is reaped ({@link
 * #drop}). The slice is free again when it is released <i>and</i> no operation holds it, in any
 * order: an operation that was cancelled or given up after a time-out still holds its slice until
 * its completion has come. Once the session is over a pool leases nothing any more, so what a lost
 * operation may still write to is never anybody else's buffer; its memory goes with the ring.
 *
 * <p>To lease and to release takes at most 2 <i>h</i> + 1 steps each in a region of 2^<i>h</i>
 * granules, allocates nothing and makes no system call, except where {@link #lease} has to share
 * another region. All bookkeeping is private to this process; a server that writes what it likes to
 * the regions changes bytes and nothing else. What a fresh lease contains is not said: it is not
 * cleared.
 *
 * <p><b>Threads.</b> A pool belongs to the thread that its ring belongs to; nothing checks it. The
 * memory of a lease may be read and written by any thread, as the owner hands it on; the lease
 * comes back to the owner to be released.
 */
public final class BufferPool implements AutoCloseable {
  /** The largest alignment, a page: mappings on both sides begin at one. */
  public static final int MAX_ALIGNMENT = 4096;

  private final PeerRing ring;
  private final PoolOptions options;
  private final Leases leases;
  private final int granuleShift;
  private final PoolRegions regions = new PoolRegions();
  private boolean closed;

  /**
   * Makes a pool; it shares its first region with the first lease.
   *
   * @param ring whose server shall reach the buffers
   * @param options how large
   */
  public BufferPool(PeerRing ring, PoolOptions options) {
    this.ring = ring;
    this.options = options;
    leases = new Leases(options.maxLeases());
    granuleShift = Integer.numberOfTrailingZeros(options.granule());
  }

  /**
   * Leases a buffer; shares another region where the pool is full, which blocks until the server
   * has mapped it.
   *
   * @param size bytes, at least 1
   * @param alignment of the first byte in both processes, a power of two up to {@link
   *     #MAX_ALIGNMENT}
   * @return the lease, to be released
   * @throws ErrnoException {@code ENOBUFS} where the pool is at its limit, {@code EDQUOT} at the
   *     server's; release leases, or raise it
   * @throws PeerGoneException where the session is over
   * @throws IOException where the server's answer is not of this protocol
   */
  public long lease(long size, int alignment) throws IOException {
    long lease = tryLease(size, alignment);
    if (lease < 0) {
      makeRoom(size, alignment);
      lease = tryLease(size, alignment);
      if (lease < 0) {
        ring.checkLive(); // the server went away after it had made room
      }
    }
    return lease;
  }

  /**
   * Leases a buffer from what is shared already: never blocks, never allocates.
   *
   * @param size bytes, at least 1
   * @param alignment a power of two up to {@link #MAX_ALIGNMENT}
   * @return the lease, or -1 where there is no room for it, or the session is over
   */
  public long tryLease(long size, int alignment) {
    int order = order(size, alignment);
    int index = order < 0 || leases.full() || over() ? -1 : regions.with(order);
    if (index < 0) {
      return -1;
    }
    Slice slice = leases.take();
    slice.index = index;
    slice.order = order;
    slice.count = granules(size);
    slice.first = regions.take(index, order, slice.count);
    slice.region = regions.region(index);
    slice.offset = (long) slice.first << granuleShift;
    slice.size = size;
    return leases.name(slice);
  }

  private boolean over() {
    return closed || ring.over();
  }

  private int granules(long size) {
    return (int) (size - 1 >> granuleShift) + 1;
  }

  /** The order of the block that a lease is the start of, or -1 where no region is so large. */
  private int order(long size, int alignment) {
    if (size < 1) {
      throw new IllegalArgumentException("a lease of " + size + " bytes");
    }
    if (Integer.bitCount(alignment) != 1 || alignment < 1 || alignment > MAX_ALIGNMENT) {
      throw new IllegalArgumentException(
          "alignment " + alignment + ": must be a power of two up to " + MAX_ALIGNMENT);
    }
    if (size > (long) Buddy.MAX_GRANULES << granuleShift) {
      return -1;
    }
    int least = Integer.numberOfTrailingZeros(alignment) - granuleShift;
    return Math.max(Buddy.order(granules(size)), least);
  }

  /** What lacks for a lease, room in the table or in the regions, is made. */
  private void makeRoom(long size, int alignment) throws IOException {
    if (closed) {
      throw new IllegalStateException("the pool is closed");
    }
    ring.checkLive();
    String call = "lease " + size + " bytes";
    int order = order(size, alignment);
    if (order < 0) {
      throw new ErrnoException(call, Errno.ENOBUFS, "no region is so large");
    }
    if (leases.full() && !leases.grow()) {
      throw new ErrnoException(
          call,
          Errno.ENOBUFS,
          leases.out() + " leases are out, as many as PoolOptions.maxLeases; release some");
    }
    if (regions.with(order) < 0) {
      share(call, PeerLayout.pages(1L << order + granuleShift));
    }
  }

  /** As large as all before, so that there are few; only as large as needed at the quota. */
  private void share(String call, long needed) throws IOException {
    long room = (options.maxBytes() - regions.bytes()) & -PeerLayout.PAGE;
    long most = Math.min(room, (long) Buddy.MAX_GRANULES << granuleShift);
    if (needed > most || regions.count() == PoolRegions.MAX) {
      throw new ErrnoException(call, Errno.ENOBUFS, full());
    }
    long wanted = Math.max(options.initialBytes(), regions.bytes());
    wanted = Math.clamp(wanted, needed, most);
    try {
      regions.add(ring.share(wanted), options.granule());
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EDQUOT || wanted == needed) {
        throw e;
      }
      regions.add(ring.share(needed), options.granule());
    }
  }

  private String full() {
    return ("the pool has %d bytes in %d of %d regions, and may have %d, PoolOptions.maxBytes;"
            + " %d leases are out: release some")
        .formatted(
            regions.bytes(), regions.count(), PoolRegions.MAX, options.maxBytes(), leases.out());
  }

  /**
   * Shares another region now, so that later leases need not. Blocks until the server has mapped
   * it.
   *
   * @param size bytes, at least 1, rounded up to whole pages
   * @throws ErrnoException {@code ENOBUFS} where that is over the pool's limit, {@code EDQUOT} over
   *     the server's
   * @throws PeerGoneException where the session is over
   * @throws IOException where the server's answer is not of this protocol
   */
  public void grow(long size) throws IOException {
    if (closed) {
      throw new IllegalStateException("the pool is closed");
    }
    ring.checkLive();
    long room =
        Math.min(options.maxBytes() - regions.bytes(), (long) Buddy.MAX_GRANULES << granuleShift);
    if (regions.count() == PoolRegions.MAX || size > room || PeerLayout.pages(size) > room) {
      throw new ErrnoException("grow by " + size + " bytes", Errno.ENOBUFS, full());
    }
    regions.add(ring.share(size), options.granule());
  }

  /**
   * Ends a lease. The slice can be leased again at once, or when the last operation that holds it
   * is complete.
   *
   * @param lease to be used no more
   * @throws IllegalStateException where it was released before, or is not a lease of this pool
   */
  public void release(long lease) {
    Slice slice = leases.owned("release", lease);
    slice.released = true;
    if (slice.holds == 0) {
      free(slice);
    }
  }

  private void free(Slice slice) {
    regions.give(slice.index, slice.first, slice.order, slice.count);
    leases.give(slice);
  }

  /**
   * An operation is about to use a part of a buffer: from here to {@link #drop} its slice is not
   * leased again, whatever happens to the lease. To be called once for each operation.
   *
   * @param lease the buffer
   * @param at offset of the part
   * @param length bytes of it
   * @return what the operation's {@code addr} is; its {@code buf_index} is {@link #region}
   * @throws IndexOutOfBoundsException where the part does not lie within the buffer
   * @throws IllegalStateException where the lease was released, or is not of this pool
   */
  public long hold(long lease, long at, long length) {
    Slice slice = leases.owned("hold", lease);
    if (at < 0 || length < 0 || at > slice.size - length) {
      throw new IndexOutOfBoundsException(
          length + " bytes at " + at + " of a buffer of " + slice.size);
    }
    slice.holds++;
    return slice.offset + at;
  }

  /**
   * The completion of an operation was reaped, or the operation was never submitted: it does not
   * use the buffer any more. An operation that was cancelled or not waited for is not complete.
   *
   * @param lease as given to {@link #hold}; released or not
   * @throws IllegalStateException where no operation holds it
   */
  public void drop(long lease) {
    Slice slice = leases.held("drop", lease);
    if (--slice.holds == 0 && slice.released) {
      free(slice);
    }
  }

  /**
   * The number of the region that a lease is of.
   *
   * @param lease not released
   * @return what {@code buf_index} of an operation is
   */
  public int region(long lease) {
    return leases.owned("region", lease).region.id();
  }

  /**
   * The size of a lease.
   *
   * @param lease not released
   * @return bytes, as asked for
   */
  public long size(long lease) {
    return leases.owned("size", lease).size;
  }

  /**
   * The memory of a lease, not to be used after its release.
   *
   * @param lease not released
   * @return as many bytes as asked for, valid at most until the ring is closed
   */
  public MemorySegment memory(long lease) {
    Slice slice = leases.owned("memory", lease);
    return slice.region.memory().asSlice(slice.offset, slice.size);
  }

  /**
   * Leases that are out: not released, or released and held by an operation.
   *
   * @return 0 to {@link PoolOptions#maxLeases}
   */
  public int leases() {
    return leases.out();
  }

  /**
   * What was shared up to now.
   *
   * @return bytes of all regions
   */
  public long bytes() {
    return regions.bytes();
  }

  /**
   * Ends the pool; it leases nothing any more. Its memory stays mapped, here and at the server,
   * until the ring is closed. A second call does nothing.
   *
   * @throws IllegalStateException while the session lives and leases are out, which changes
   *     nothing: reap what is in flight, release, and close again
   */
  @Override
  public void close() {
    if (!over() && leases.out() > 0) {
      throw new IllegalStateException(
          "close of a pool: %d leases are out, %d of them held by operations in flight"
              .formatted(leases.out(), leases.held()));
    }
    closed = true;
  }
}
