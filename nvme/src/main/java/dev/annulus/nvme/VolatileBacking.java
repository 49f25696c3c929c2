// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * A backing behind a volatile write cache, as a device has one: what was written and not flushed is
 * lost with the power, or not, block by block. Blocks leave the cache at any time and in any order,
 * chosen at random, so that the backing below has some of them and not others; each whole, in the
 * state that it then had. Who kills the process sees just that, and {@link #powerLoss} does the
 * same without.
 *
 * <p>Made by {@link Backing#volatileCache}. For tests of what relies on flushes.
 */
public final class VolatileBacking implements Backing {
  private final Backing below;
  private final int blockSize;
  private final SplittableRandom random;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment cache;

  /** Blocks that are newer in the cache than below. */
  private final BitSet dirty = new BitSet();

  VolatileBacking(Backing below, int blockSize, long seed) {
    if (blockSize < 1 || below.size() % blockSize != 0) {
      throw new IllegalArgumentException(
          "blocks of %d bytes over a backing of %d: must be 1 or more, and fit"
              .formatted(blockSize, below.size()));
    }
    this.below = below;
    this.blockSize = blockSize;
    random = new SplittableRandom(seed);
    cache = arena.allocate(below.size(), 4096);
  }

  @Override
  public long size() {
    return below.size();
  }

  @Override
  public boolean readOnly() {
    return below.readOnly();
  }

  @Override
  public void read(long position, MemorySegment target, long offset, long length)
      throws IOException {
    for (long done = 0; done < length; ) {
      long at = position + done;
      long part = Math.min(length - done, blockSize - at % blockSize);
      if (dirty.get(block(at))) {
        MemorySegment.copy(cache, at, target, offset + done, part);
      } else {
        below.read(at, target, offset + done, part);
      }
      done += part;
    }
  }

  private int block(long position) {
    return (int) (position / blockSize);
  }

  @Override
  public void write(long position, MemorySegment source, long offset, long length)
      throws IOException {
    begin(position, length);
    MemorySegment.copy(source, offset, cache, position, length);
    dirty.set(block(position), block(position + length - 1) + 1);
  }

  @Override
  public void zero(long position, long length) throws IOException {
    begin(position, length);
    cache.asSlice(position, length).fill((byte) 0);
    dirty.set(block(position), block(position + length - 1) + 1);
  }

  /**
   * Lets blocks leave the cache, about half as many as are to come; then takes in what will be
   * written in part. A command's data comes in pieces, and a block that one of them ended in the
   * middle of stays until the next has completed it.
   */
  private void begin(long position, long length) throws IOException {
    int half = position % blockSize == 0 ? -1 : block(position);
    for (long i = 0; i < length && !dirty.isEmpty(); i += blockSize) {
      int any = dirty.nextSetBit(random.nextInt(dirty.length()));
      if (random.nextBoolean() && any != half) {
        store(any);
      }
    }
    for (long edge : new long[] {position, position + length - 1}) {
      if (!dirty.get(block(edge))) {
        long start = edge - edge % blockSize;
        below.read(start, cache, start, blockSize);
      }
    }
  }

  private void store(int block) throws IOException {
    long at = (long) block * blockSize;
    below.write(at, cache, at, blockSize);
    dirty.clear(block);
  }

  /** All of the cache, and the backing below. */
  @Override
  public void flush() throws IOException {
    for (int block = dirty.nextSetBit(0); block >= 0; block = dirty.nextSetBit(block + 1)) {
      store(block);
    }
    below.flush();
  }

  /** The blocks of a range, and no others. */
  @Override
  public void flush(long position, long length) throws IOException {
    for (int block = block(position); block <= block(position + length - 1); block++) {
      if (dirty.get(block)) {
        store(block);
      }
    }
    below.flush();
  }

  /**
   * Loses the power and comes back: each block of the cache is kept or lost, with even chances. The
   * model must not be at work meanwhile.
   *
   * @return how many blocks were lost
   * @throws IOException where one that is kept cannot be written
   */
  public int powerLoss() throws IOException {
    int lost = 0;
    for (int block = dirty.nextSetBit(0); block >= 0; block = dirty.nextSetBit(block + 1)) {
      if (random.nextBoolean()) {
        store(block);
      } else {
        lost++;
      }
    }
    dirty.clear();
    return lost;
  }

  /** Closes the backing below; what was not flushed is lost. */
  @Override
  public void close() throws IOException {
    arena.close();
    below.close();
  }
}
