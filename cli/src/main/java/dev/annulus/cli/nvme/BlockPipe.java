// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.nvme.DmaBuffer;
import dev.annulus.nvme.DmaMemory;
import dev.annulus.nvme.Namespace;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.NvmeStatus;
import dev.annulus.nvme.QueuePair;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Moves blocks between a namespace and a stream, in order, with several commands in flight. For the
 * thread that opened it.
 */
final class BlockPipe implements AutoCloseable {
  private static final int DEPTH = 16;
  private static final int ENTRIES = 512;
  private static final long CHUNK = 128 << 10;

  /** The stream's end: takes what was read, or gives what is to be written, whole buffers. */
  @FunctionalInterface
  interface End {
    void move(ByteBuffer buffer) throws IOException;
  }

  private final Namespace namespace;
  private final DmaMemory dma;
  private final QueuePair queue;
  private final DmaBuffer memory;
  private final int chunkBlocks;
  private final boolean[] inFlight = new boolean[DEPTH];
  private int failed;
  private long failedChunk;

  BlockPipe(Device device, Namespace namespace) throws NvmeException {
    this.namespace = namespace;
    dma = device.controller().dma();
    queue = device.controller().openQueuePair(ENTRIES);
    long most = Math.min(CHUNK, queue.maxTransfer());
    chunkBlocks = (int) Math.max(1, most / namespace.blockSize());
    try {
      memory = dma.allocate((long) DEPTH * chunkBlocks * namespace.blockSize(), 4096);
    } catch (NvmeException | RuntimeException e) {
      queue.close();
      throw e;
    }
  }

  /** Reads blocks; what was read before an error has been handed over. */
  void read(BlockRange.Range range, End sink) throws IOException {
    long chunks = chunks(range);
    long asked = 0;
    for (long got = 0; got < chunks; got++) {
      while (asked < chunks && asked - got < DEPTH && failed == 0) {
        submit(false, range, asked);
        asked++;
      }
      await(got);
      if (failed != 0 && failedChunk <= got) {
        break;
      }
      sink.move(slot(range, got));
    }
    end("read", range);
  }

  /** Writes blocks, and makes them durable. */
  void write(BlockRange.Range range, End source) throws IOException {
    long chunks = chunks(range);
    for (long next = 0; next < chunks && failed == 0; next++) {
      await(next);
      source.move(slot(range, next));
      submit(true, range, next);
      queue.ring();
    }
    end("write", range);
    flush();
  }

  /** Makes what was written durable, where it is not anyway. */
  void flush() throws NvmeException {
    if (!queue.flush(namespace.nsid(), 0)) {
      throw new IllegalStateException("a queue without commands is full");
    }
    inFlight[0] = true;
    await(0);
    if (failed != 0) {
      throw IoRemedy.failure("flush of namespace " + name(), failed);
    }
  }

  private String name() {
    return Integer.toUnsignedString(namespace.nsid());
  }

  private long chunks(BlockRange.Range range) {
    return (range.count() + chunkBlocks - 1) / chunkBlocks;
  }

  private int blocks(BlockRange.Range range, long chunk) {
    return (int) Math.min(chunkBlocks, range.count() - chunk * chunkBlocks);
  }

  private long slotBytes() {
    return (long) chunkBlocks * namespace.blockSize();
  }

  private ByteBuffer slot(BlockRange.Range range, long chunk) {
    long bytes = (long) blocks(range, chunk) * namespace.blockSize();
    return memory.memory().asSlice(chunk % DEPTH * slotBytes(), bytes).asByteBuffer();
  }

  private void submit(boolean write, BlockRange.Range range, long chunk) throws NvmeException {
    long lba = range.first() + chunk * chunkBlocks;
    long iova = memory.iova() + chunk % DEPTH * slotBytes();
    int count = blocks(range, chunk);
    int nsid = namespace.nsid();
    while (!(write
        ? queue.write(nsid, lba, count, iova, chunk)
        : queue.read(nsid, lba, count, iova, chunk))) {
      poll();
    }
    inFlight[(int) (chunk % DEPTH)] = true;
  }

  /** Waits until a chunk's slot is free. */
  private void await(long chunk) throws NvmeException {
    while (inFlight[(int) (chunk % DEPTH)]) {
      poll();
    }
  }

  private void poll() throws NvmeException {
    queue.ring();
    if (queue.poll((token, status, result) -> completed(token, status), DEPTH) == 0) {
      Thread.onSpinWait();
    }
  }

  private void completed(long chunk, int status) {
    inFlight[(int) (chunk % DEPTH)] = false;
    if (status != NvmeStatus.SUCCESS && (failed == 0 || chunk < failedChunk)) {
      failed = status;
      failedChunk = chunk;
    }
  }

  private void end(String verb, BlockRange.Range range) throws NvmeException {
    for (int i = 0; i < DEPTH; i++) {
      await(i);
    }
    if (failed != 0) {
      String what =
          "%s of %d blocks from block %d of namespace %s"
              .formatted(
                  verb,
                  blocks(range, failedChunk),
                  range.first() + failedChunk * chunkBlocks,
                  name());
      throw IoRemedy.failure(what, failed);
    }
  }

  @Override
  public void close() throws NvmeException {
    try {
      queue.close();
    } finally {
      dma.free(memory);
    }
  }
}
