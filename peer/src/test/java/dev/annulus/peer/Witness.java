// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Two words that outlive a victim: entries published for certain, and those that may be. */
final class Witness implements AutoCloseable {
  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final long PUBLISHED = 0;
  private static final long NEXT = 8;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment words;

  /** Of a file that is made where it is not there. */
  Witness(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      words = channel.map(FileChannel.MapMode.READ_WRITE, 0, 16, arena);
    }
  }

  void reset() {
    published(0);
    next(0);
  }

  void published(long count) {
    WORD.setVolatile(words, PUBLISHED, count);
  }

  void next(long count) {
    WORD.setVolatile(words, NEXT, count);
  }

  long published() {
    return (long) WORD.getVolatile(words, PUBLISHED);
  }

  long next() {
    return (long) WORD.getVolatile(words, NEXT);
  }

  @Override
  public void close() {
    arena.close();
  }
}
