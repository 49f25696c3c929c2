// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * One thread's load on blocks of its own: random writes, reads and zeroes of random length, as many
 * in flight as fit. Each block that is written says which it is and how often it was written, and
 * each that is read must say so.
 *
 * <p>Blocks that a command in flight works on are left alone until it ends. Where resets may cut
 * writes off, a block may afterwards hold what was there before or what was to be written.
 */
final class BlockLoad implements CompletionHandler {
  private static final int BLOCK = Setup.BLOCK;
  private static final int MOST = 8;
  private static final int WORDS = BLOCK / Long.BYTES;

  private final QueuePair queue;
  private final DmaBuffer buffer;
  private final long first;
  private final int blocks;
  private final SplittableRandom random;
  private final boolean resets;

  /** What a block was last written with, 0 for zeroes; and what a write cut off was to write. */
  private final long[] version;

  private final long[] perhaps;

  /** Of a block that more than one write was cut off from. */
  private static final long ANY = Long.MIN_VALUE;

  private final boolean[] busy;

  /** Of each place in the buffer: what is in flight there. */
  private final int[] from;

  private final int[] length;
  private final int[] kind;
  private final boolean[] used;
  private final int places;

  private long submitted;
  private long ended;
  private long cutOff;
  private long nextVersion = 1;

  BlockLoad(
      QueuePair queue,
      DmaBuffer buffer,
      long first,
      int blocks,
      SplittableRandom random,
      boolean resets) {
    this.queue = queue;
    this.buffer = buffer;
    this.first = first;
    this.blocks = blocks;
    this.random = random;
    this.resets = resets;
    places = (int) (buffer.memory().byteSize() / (MOST * BLOCK));
    version = new long[blocks];
    perhaps = new long[blocks];
    busy = new boolean[blocks];
    from = new int[places];
    length = new int[places];
    kind = new int[places];
    used = new boolean[places];
  }

  /** Works until told to stop; how many were submitted, ended, and cut off by resets. */
  long[] run(BooleanSupplier stop, AtomicLong progress) throws NvmeException {
    int place = 0;
    while (!stop.getAsBoolean()) {
      for (int i = 0; i < places && submit(place); i++) {
        place = (place + 1) % places;
      }
      queue.ring();
      int done = queue.poll(this, Integer.MAX_VALUE);
      if (done > 0) {
        progress.getAndAdd(done);
      } else {
        Thread.yield();
      }
    }
    while (queue.inFlight() > 0) {
      queue.ring();
      queue.poll(this, Integer.MAX_VALUE);
    }
    return new long[] {submitted, ended, cutOff};
  }

  private boolean submit(int place) {
    if (used[place]) {
      return true; // the next place
    }
    int count = 1 + random.nextInt(MOST);
    int start = random.nextInt(blocks - count + 1);
    for (int i = start; i < start + count; i++) {
      if (busy[i]) {
        return true; // another one, next time
      }
    }
    int what = random.nextInt(8);
    if (!submit(place, start, count, what)) {
      return false;
    }
    used[place] = true;
    from[place] = start;
    length[place] = count;
    kind[place] = what;
    mark(start, count, true);
    submitted++;
    return true;
  }

  private boolean submit(int place, int start, int count, int what) {
    long at = (long) place * MOST * BLOCK;
    if (what == 0) {
      return queue.writeZeroes(1, first + start, count, place);
    }
    if (what > 3) {
      return queue.read(1, first + start, count, buffer.iova() + at, place);
    }
    for (int i = 0; i < count; i++) {
      stamp(at + (long) i * BLOCK, first + start + i, nextVersion);
    }
    return queue.write(1, first + start, count, buffer.iova() + at, place);
  }

  private void mark(int start, int count, boolean value) {
    for (int i = start; i < start + count; i++) {
      busy[i] = value;
    }
    if (value) {
      nextVersion++;
    }
  }

  /** First word the block, second the version, the last their mixture; all of a block at once. */
  private void stamp(long at, long block, long number) {
    buffer.memory().set(JAVA_LONG, at, block);
    buffer.memory().set(JAVA_LONG, at + 8, number);
    buffer.memory().set(JAVA_LONG, at + (WORDS - 1) * 8L, mix(block, number));
  }

  private static long mix(long block, long number) {
    return block * 0x9E37_79B9_7F4A_7C15L ^ number;
  }

  @Override
  public void completed(long token, int status, long result) {
    int place = (int) token;
    if (!used[place]) {
      throw new AssertionError("place " + place + " ended twice");
    }
    used[place] = false;
    ended++;
    mark(from[place], length[place], false);
    if (status == NvmeStatus.SUCCESS) {
      succeeded(place);
    } else if (resets && status == StatusCode.HOST_PATHING_ERROR.value) {
      cutOff++;
      unknown(place);
    } else {
      throw new AssertionError(NvmeStatus.describe(status));
    }
  }

  private void succeeded(int place) {
    long at = (long) place * MOST * BLOCK;
    for (int i = 0; i < length[place]; i++) {
      int block = from[place] + i;
      if (kind[place] > 3) {
        verify(at + (long) i * BLOCK, block);
      } else {
        version[block] = written(place, i);
        perhaps[block] = version[block];
      }
    }
  }

  private long written(int place, int i) {
    long at = (long) place * MOST * BLOCK + (long) i * BLOCK;
    return kind[place] == 0 ? 0 : buffer.memory().get(JAVA_LONG, at + 8);
  }

  /** A write that was cut off: it may have been carried out or not, of each block. */
  private void unknown(int place) {
    for (int i = 0; i < length[place] && kind[place] <= 3; i++) {
      int block = from[place] + i;
      perhaps[block] = perhaps[block] == version[block] ? written(place, i) : ANY;
    }
  }

  private void verify(long at, int block) {
    long number = buffer.memory().get(JAVA_LONG, at + 8);
    long told = buffer.memory().get(JAVA_LONG, at);
    long mixed = buffer.memory().get(JAVA_LONG, at + (WORDS - 1) * 8L);
    boolean known = number == version[block] || number == perhaps[block] || perhaps[block] == ANY;
    long wanted = number == 0 ? 0 : first + block;
    if (!known || told != wanted || mixed != (number == 0 ? 0 : mix(wanted, number))) {
      throw new AssertionError(
          "block %d says block %d, version %d, %x; it was written with %d or %d"
              .formatted(first + block, told, number, mixed, version[block], perhaps[block]));
    }
    // Now it is known.
    version[block] = number;
    perhaps[block] = number;
  }
}
