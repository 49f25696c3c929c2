// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code late:} completes reads when the test lets it, in any order, and writes to their buffers
 * just before. What is cancelled completes as late as anything else.
 */
final class LateScheme implements Scheme {
  /** What the test and all instances share. */
  static final class Control implements SchemeFactory {
    /** Whether reads may complete. */
    volatile boolean open;

    /** How many are pending, and how many cancellations have come. */
    final AtomicInteger pending = new AtomicInteger();

    final AtomicInteger cancelled = new AtomicInteger();
    final long seed;

    Control(long seed) {
      this.seed = seed;
    }

    @Override
    public String name() {
      return "late";
    }

    @Override
    public Scheme create(Services services) {
      return new LateScheme(services, this);
    }
  }

  private static final class Read {
    final long token;
    final MemorySegment buffer;
    boolean cancelled;

    Read(long token, MemorySegment buffer) {
      this.token = token;
      this.buffer = buffer;
    }
  }

  private final Services services;
  private final Control control;
  private final Random random;
  private final List<Read> reads = new ArrayList<>();

  private LateScheme(Services services, Control control) {
    this.services = services;
    this.control = control;
    random = new Random(control.seed);
  }

  @Override
  public long open(Request request, MemorySegment path) {
    return 1;
  }

  @Override
  public long perform(Request request) {
    if (request.opcode() != Opcode.READ) {
      return 0;
    }
    if (request.buffer(request.addr(), request.length()) == 0) {
      return -Errno.EFAULT;
    }
    MemorySegment buffer = request.region().asSlice(request.addr(), request.length());
    reads.add(new Read(request.token(), buffer));
    control.pending.incrementAndGet();
    return PENDING;
  }

  @Override
  public boolean poll() {
    if (reads.isEmpty() || !control.open) {
      return false;
    }
    Read read = reads.remove(random.nextInt(reads.size()));
    long length = read.buffer.byteSize();
    for (long i = 0; i < length; i++) {
      read.buffer.set(JAVA_BYTE, i, (byte) -1);
    }
    control.pending.decrementAndGet();
    services.complete(read.token, read.cancelled ? -Errno.ECANCELED : length);
    return true;
  }

  /** The test opens the gate from another thread: so this never sleeps. */
  @Override
  public boolean prepareToSleep() {
    return true;
  }

  @Override
  public void cancel(long token) {
    for (Read read : reads) {
      if (read.token == token) {
        read.cancelled = true;
        control.cancelled.incrementAndGet();
      }
    }
  }

  @Override
  public void release(long resource) {}

  @Override
  public void close() {}
}
