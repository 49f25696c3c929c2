// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file that is read at random: blocks of 4 KiB, each begins with its number. */
public final class ReadFile {
  /** Size of a block in bytes. */
  public static final int BLOCK = 4096;

  /** Blocks in the file: 256 MiB. */
  public static final int BLOCKS = 1 << 16;

  private static final int BLOCKS_A_WRITE = 256;

  private ReadFile() {}

  /** Writes the file. */
  public static void create(Path path) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCKS_A_WRITE * BLOCK);
    buffer.order(ByteOrder.nativeOrder());
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int block = 0; block < BLOCKS; block += BLOCKS_A_WRITE) {
        for (int i = 0; i < BLOCKS_A_WRITE; i++) {
          buffer.putLong(i * BLOCK, block + i);
        }
        buffer.clear();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    }
  }

  /** The number of another block; every seed gives the same row of them. */
  static int next(int block) {
    // A linear congruence of full period; its low bits are not used as such.
    return block * 1_664_525 + 1_013_904_223;
  }

  /** The block that a number of {@link #next} stands for. */
  static int blockOf(int number) {
    return number >>> 16;
  }

  /** That a read gave what it should. */
  static void check(MemorySegment buffers, int slot, int block, int result) {
    if (result != BLOCK || buffers.get(JAVA_LONG, (long) slot * BLOCK) != block) {
      throw new IllegalStateException("reading block " + block + " gave " + result);
    }
  }
}
