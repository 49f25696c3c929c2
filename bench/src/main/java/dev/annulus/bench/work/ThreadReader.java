// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads a file past the page cache by FileChannel, a blocking read on each of many threads. */
final class ThreadReader implements Worker {
  private final int threads;
  private final FileChannel file;
  private final MemorySegment buffers;
  private final ExecutorService executor;
  private volatile boolean ended;

  private ThreadReader(int threads, Arguments arguments) throws IOException {
    this.threads = threads;
    file = FileChannel.open(arguments.path(), StandardOpenOption.READ, direct());
    buffers = Arena.global().allocate((long) threads * ReadFile.BLOCK, ReadFile.BLOCK);
    // They inherit this thread's processor.
    executor = Executors.newFixedThreadPool(threads);
  }

  /**
   * {@code ExtendedOpenOption.DIRECT}: the only way to O_DIRECT that the JDK has, in a package that
   * the compiler warns of.
   */
  private static OpenOption direct() {
    try {
      Class<?> type = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return (OpenOption) type.getField("DIRECT").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK has no O_DIRECT", e);
    }
  }

  static Worker open(Arguments arguments) throws IOException {
    return new ThreadReader(arguments.number(), arguments);
  }

  @Override
  public Answer run(double seconds) throws Exception {
    ended = false;
    Stopwatch watch = new Stopwatch(seconds);
    List<Callable<Long>> readers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int slot = i;
      readers.add(() -> read(slot));
    }
    List<Future<Long>> running = readers.stream().map(executor::submit).toList();
    Thread.sleep((long) (seconds * 1000));
    ended = true;
    long count = 0;
    for (Future<Long> reader : running) {
      count += reader.get();
    }
    return watch.stop(count);
  }

  private long read(int slot) throws IOException {
    ByteBuffer buffer =
        buffers.asSlice((long) slot * ReadFile.BLOCK, ReadFile.BLOCK).asByteBuffer();
    int number = slot + 1;
    long count = 0;
    while (!ended) {
      number = ReadFile.next(number);
      int block = ReadFile.blockOf(number);
      buffer.clear();
      int result = file.read(buffer, (long) block * ReadFile.BLOCK);
      ReadFile.check(buffers, slot, block, result);
      count++;
    }
    return count;
  }
}
