// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * One thread's load of all commands of the NVM command set on blocks of its own. What each command
 * must end with is known when it is submitted, since no two in flight have a block in common; what
 * is read must be what was written, copied or zeroed last, and from where.
 */
final class NvmLoad implements CompletionHandler {
  private static final int BLOCK = Setup.BLOCK;
  private static final int MOST = 4;
  private static final int PLACE = 2 * MOST * BLOCK;
  private static final int PLACES = 32;
  private static final long UNREADABLE = -1;
  private static final int UNREAD = StatusCode.UNRECOVERED_READ_ERROR.value;

  /** What is done, one in so many. */
  private enum Kind {
    READ,
    READ_AGAIN,
    WRITE,
    WRITE_AGAIN,
    WRITE_THROUGH,
    EXCHANGE,
    EXCHANGE_WRONGLY,
    COMPARE,
    VERIFY,
    COPY,
    ZERO,
    DEALLOCATE,
    UNCORRECTABLE;

    static final Kind[] ALL = values();
  }

  private final NvmCommands nvm;
  private final QueuePair queue;
  private final Protection protection;
  private final DmaBuffer buffer;
  private final DatasetRanges[] ranges = new DatasetRanges[PLACES];
  private final CopyRanges[] sources = new CopyRanges[PLACES];
  private final long first;
  private final int blocks;
  private final SplittableRandom random;

  /**
   * Of each block: what it was written with, 0 for zeroes; and the block that it was written to.
   */
  private final long[] version;

  private final long[] origin;
  private final boolean[] busy;

  private final Kind[] kind = new Kind[PLACES];
  private final int[] from = new int[PLACES];
  private final int[] length = new int[PLACES];
  private final int[] expected = new int[PLACES];
  private final long[] written = new long[PLACES];
  private long nextVersion = 1;
  private long ended;

  /** On some blocks of a namespace; protection is null, or the controller's. */
  NvmLoad(
      QueuePair queue,
      int nsid,
      Protection protection,
      DmaMemory dma,
      long first,
      int blocks,
      SplittableRandom random)
      throws NvmeException {
    this.queue = queue;
    this.protection = protection;
    NvmCommands plain = queue.nvm(nsid);
    nvm = protection == null ? plain : plain.withProtection(protection);
    this.first = first;
    this.blocks = blocks;
    this.random = random;
    version = new long[blocks];
    origin = new long[blocks];
    busy = new boolean[blocks];
    buffer = dma.allocate((long) PLACES * PLACE, 4096);
    for (int i = 0; i < PLACES; i++) {
      ranges[i] = DatasetRanges.allocate(dma, 2);
      sources[i] = CopyRanges.allocate(dma, 1);
    }
  }

  /** Works until told to stop; how many ended. */
  long run(BooleanSupplier stop, AtomicLong progress) throws NvmeException {
    while (!stop.getAsBoolean()) {
      for (int place = 0; place < PLACES && submit(place); place++) {}
      queue.ring();
      int done = queue.poll(this, Integer.MAX_VALUE);
      progress.getAndAdd(done);
      if (done == 0) {
        Thread.yield();
      }
    }
    Setup.finish(queue, this);
    return ended;
  }

  private boolean submit(int place) {
    int count = 1 + random.nextInt(MOST);
    int start = random.nextInt(blocks - count + 1);
    if (kind[place] != null || taken(start, count)) {
      return true; // another place, another time
    }
    Kind what = Kind.ALL[random.nextInt(Kind.ALL.length)];
    boolean compares = what == Kind.EXCHANGE || what == Kind.EXCHANGE_WRONGLY;
    boolean impossible = protection != null && (compares || what == Kind.COMPARE);
    if (impossible || what == Kind.COPY && count % 2 != 0) {
      return true;
    }
    from[place] = start;
    length[place] = count;
    if (!submit(place, what, first + start, count)) {
      return false;
    }
    kind[place] = what;
    mark(place, true);
    return true;
  }

  private boolean taken(int start, int count) {
    for (int i = start; i < start + count; i++) {
      if (busy[i]) {
        return true;
      }
    }
    return false;
  }

  private void mark(int place, boolean value) {
    for (int i = 0; i < length[place]; i++) {
      busy[from[place] + i] = value;
    }
  }

  private boolean submit(int place, Kind what, long lba, int count) {
    long at = (long) place * PLACE;
    long second = at + PLACE / 2;
    long iova = buffer.iova() + at;
    int read = unreadable(from[place], count) ? UNREAD : 0;
    expected[place] = 0;
    switch (what) {
      case READ, READ_AGAIN, COMPARE, VERIFY -> expected[place] = read;
      case COPY -> expected[place] = unreadable(from[place], count / 2) ? UNREAD : 0;
      case EXCHANGE, EXCHANGE_WRONGLY ->
          expected[place] =
              read != 0 || what == Kind.EXCHANGE ? read : StatusCode.COMPARE_FAILURE.value;
      default -> {}
    }
    return switch (what) {
      case READ, READ_AGAIN -> nvm.read(lba, count, iova, place);
      case WRITE, WRITE_AGAIN -> {
        stamp(place, at, count);
        yield nvm.write(lba, count, iova, place);
      }
      case WRITE_THROUGH -> {
        stamp(place, at, count);
        yield nvm.withForceUnitAccess().write(lba, count, iova, place);
      }
      case EXCHANGE, EXCHANGE_WRONGLY -> {
        present(place, at, count);
        buffer.memory().set(JAVA_LONG, at + 64, what == Kind.EXCHANGE ? 0 : 1);
        stamp(place, second, count);
        yield nvm.compareAndWrite(lba, count, iova, iova + PLACE / 2, place);
      }
      case COMPARE -> {
        present(place, at, count);
        yield nvm.compare(lba, count, iova, place);
      }
      case VERIFY -> nvm.verify(lba, count, place);
      case COPY -> nvm.copy(source(place, lba, count / 2), lba + count / 2, place);
      case ZERO -> nvm.writeZeroes(lba, count, random.nextBoolean(), place);
      case DEALLOCATE ->
          nvm.manage(
              ranges[place].clear().add(lba, 1).add(lba, count), DatasetRanges.DEALLOCATE, place);
      case UNCORRECTABLE -> nvm.writeUncorrectable(lba, count, place);
    };
  }

  private CopyRanges source(int place, long lba, int count) {
    CopyRanges list = sources[place].clear();
    return protection == null ? list.add(lba, count) : list.add(lba, count, protection);
  }

  private boolean unreadable(int start, int count) {
    for (int i = start; i < start + count; i++) {
      if (version[i] == UNREADABLE) {
        return true;
      }
    }
    return false;
  }

  /** New content of blocks. */
  private void stamp(int place, long at, int count) {
    written[place] = nextVersion++;
    for (int i = 0; i < count; i++) {
      put(at + (long) i * BLOCK, first + from[place] + i, written[place]);
    }
  }

  /** What blocks hold. */
  private void present(int place, long at, int count) {
    for (int i = 0; i < count; i++) {
      int block = from[place] + i;
      put(at + (long) i * BLOCK, origin[block], version[block]);
    }
  }

  private void put(long at, long block, long number) {
    buffer.memory().asSlice(at, BLOCK).fill((byte) 0);
    if (number > 0) {
      buffer.memory().set(JAVA_LONG, at, block);
      buffer.memory().set(JAVA_LONG, at + 8, number);
      buffer.memory().set(JAVA_LONG, at + BLOCK - 8, block ^ number << 20);
    }
  }

  @Override
  public void completed(long token, int status, long result) {
    int place = (int) token;
    Kind what = kind[place];
    if (what == null || (status & 0x7FF) != expected[place]) {
      throw new AssertionError(
          what + ": " + NvmeStatus.describe(status) + ", not " + expected[place]);
    }
    if (status == 0) {
      carriedOut(place, what);
    }
    mark(place, false);
    kind[place] = null;
    ended++;
  }

  private void carriedOut(int place, Kind what) {
    int half = length[place] / 2;
    for (int i = 0; i < length[place]; i++) {
      int block = from[place] + i;
      switch (what) {
        case READ, READ_AGAIN -> verify((long) place * PLACE + (long) i * BLOCK, block);
        case WRITE, WRITE_AGAIN, WRITE_THROUGH, EXCHANGE ->
            holds(block, first + block, written[place]);
        case ZERO, DEALLOCATE -> holds(block, 0, 0);
        case UNCORRECTABLE -> holds(block, 0, UNREADABLE);
        case COPY -> {
          if (i >= half) {
            holds(block, origin[block - half], version[block - half]);
          }
        }
        default -> {}
      }
    }
  }

  private void holds(int block, long from, long number) {
    origin[block] = from;
    version[block] = number;
  }

  private void verify(long at, int block) {
    long number = buffer.memory().get(JAVA_LONG, at + 8);
    long told = buffer.memory().get(JAVA_LONG, at);
    long mixed = buffer.memory().get(JAVA_LONG, at + BLOCK - 8);
    if (number != version[block]
        || told != origin[block]
        || mixed != (number == 0 ? 0 : told ^ number << 20)) {
      throw new AssertionError(
          "block %d says block %d, version %d, %x; it was written with block %d, %d"
              .formatted(first + block, told, number, mixed, origin[block], version[block]));
    }
  }
}
