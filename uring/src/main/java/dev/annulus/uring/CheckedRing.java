// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.Operation;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A ring whose entries are looked at before they are handed over: what is wrong with one is an
 * exception here, and not an error number of its completion. For development and tests, and where
 * entries come from elsewhere: it costs a system call for each entry with a descriptor.
 *
 * <p>All entries must be claimed through this object, and the table of files made through it, if
 * its places are to be checked too. Threads as of the ring below.
 */
public final class CheckedRing implements Ring {
  private final Thread owner = Thread.currentThread();
  private final Ring ring;
  private final EntryCheck check;
  private long[] claimed = new long[64];
  private int count;

  private CheckedRing(Ring ring) {
    this.ring = ring;
    check = new EntryCheck(ring);
  }

  /**
   * Looks at the entries of a ring. To be called by its owner.
   *
   * @param ring nothing claimed that is not handed over
   * @return a ring, which closes the other one when it is closed
   */
  public static CheckedRing over(Ring ring) {
    return new CheckedRing(ring);
  }

  /** The ring itself, for who has its operations looked at in another way. */
  static Ring below(Ring ring) {
    return ring instanceof CheckedRing checked ? checked.ring : ring;
  }

  /** Looks at an operation, if the ring is a checked one; at its opcode in any case. */
  static void check(Ring ring, Operation operation) {
    if (ring instanceof CheckedRing checked) {
      MemorySegment entry = MemorySegment.ofArray(new long[2 * SqEntry.SIZE / Long.BYTES]);
      operation.prepare(entry, 0, 0);
      checked.check.entry(entry, 0);
    } else if (!ring.supports(operation.opcode())) {
      throw EntryCheck.unknown(ring, operation.opcode());
    }
  }

  @Override
  public MemorySegment entries() {
    return ring.entries();
  }

  @Override
  public long claim() {
    long at = ring.claim();
    if (at >= 0) {
      note(at);
    }
    return at;
  }

  @Override
  public long claim(int count) {
    long at = ring.claim(count);
    if (at >= 0) {
      long size = ring.entries().byteSize() / ring.info().entries();
      for (int i = 0; i < count; i++) {
        note(at + i * size);
      }
    }
    return at;
  }

  private void note(long at) {
    if (count == claimed.length) {
      claimed = Arrays.copyOf(claimed, 2 * count);
    }
    claimed[count++] = at;
  }

  @Override
  public void unclaim() {
    ring.unclaim();
    count--;
  }

  /** Where one is wrong, none is handed over, and all are given back. */
  private void checkAll() {
    if (Thread.currentThread() != owner) {
      return; // the ring refuses
    }
    try {
      for (int i = 0; i < count; i++) {
        check.entry(ring.entries(), claimed[i]);
      }
    } catch (IllegalArgumentException wrong) {
      while (count > 0) {
        unclaim();
      }
      throw wrong;
    }
    count = 0;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where an entry names an opcode that the ring does not execute,
   *     a descriptor that is not open, or a place that the table of files does not have; all
   *     entries are given back, nothing is handed over
   */
  @Override
  public int submit() throws ErrnoException {
    checkAll();
    return ring.submit();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException as {@link #submit}
   */
  @Override
  public int await(int count, long timeoutNanos) throws ErrnoException {
    checkAll();
    return ring.await(count, timeoutNanos);
  }

  @Override
  public int reap(CompletionHandler handler, int most) throws ErrnoException {
    return ring.reap(handler, most);
  }

  @Override
  public int pending() {
    return ring.pending();
  }

  @Override
  public void registerBuffers(MemorySegment... buffers) throws ErrnoException {
    ring.registerBuffers(buffers);
  }

  @Override
  public void registerFiles(int count) throws ErrnoException {
    ring.registerFiles(count);
    check.places(count);
  }

  @Override
  public void registerFile(int place, int fd) throws ErrnoException {
    ring.registerFile(place, fd);
  }

  @Override
  public int inFlight() {
    return ring.inFlight();
  }

  @Override
  public int capacity() {
    return ring.capacity();
  }

  @Override
  public boolean supports(int opcode) {
    return ring.supports(opcode);
  }

  @Override
  public RingInfo info() {
    return ring.info();
  }

  @Override
  public void close() {
    ring.close();
  }
}
