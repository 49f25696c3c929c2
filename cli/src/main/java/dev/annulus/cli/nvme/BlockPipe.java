// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.nvme.CompletionHandler;
import dev.annulus.nvme.CompletionWaiter;
import dev.annulus.nvme.DmaBuffer;
import dev.annulus.nvme.DmaMemory;
import dev.annulus.nvme.Namespace;
import dev.annulus.nvme.NvmCommands;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.NvmeStatus;
import dev.annulus.nvme.QueuePair;
import dev.annulus.nvme.ZonedNamespace;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Moves blocks between a namespace and a stream, in order, with several commands in flight: of a
 * namespace of zones one write at a time, which must not overtake each other. For the thread that
 * opened it.
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
  private final NvmCommands commands;
  private final CompletionWaiter waiter;
  private final DmaBuffer memory;
  private final int chunkBlocks;
  private final int writes;
  private final boolean[] inFlight = new boolean[DEPTH];
  private final CompletionHandler handler = (token, status, result) -> completed(token, status);
  private int failed;
  private long failedChunk;

  BlockPipe(Device device, Namespace namespace) throws NvmeException {
    this.namespace = namespace;
    dma = device.controller().dma();
    queue = device.controller().openQueuePair(ENTRIES);
    commands = PlainCommands.of(queue, namespace);
    ZonedNamespace zoned = Zones.find(device, namespace);
    writes = zoned == null ? DEPTH : 1;
    chunkBlocks = chunk(zoned);
    waiter = CompletionWaiter.of(queue);
    try {
      memory = dma.allocate(DEPTH * slotBytes(), 4096);
    } catch (NvmeException | RuntimeException e) {
      waiter.close();
      queue.close();
      throw e;
    }
  }

  /** Blocks of one command; none crosses a zone's end. */
  private int chunk(ZonedNamespace zoned) {
    long most = Math.min(CHUNK, queue.maxTransfer()) / namespace.blockSize();
    long blocks = Math.max(1, most);
    if (zoned != null) {
      while (zoned.zoneSize() % blocks != 0) {
        blocks--;
      }
    }
    return (int) blocks;
  }

  /** Reads blocks; what was read before an error has been handed over. */
  void read(BlockRange.Range range, End sink) throws IOException {
    Chunks chunks = new Chunks(range, chunkBlocks);
    long asked = 0;
    for (long got = 0; got < chunks.count(); got++) {
      while (asked < chunks.count() && asked - got < DEPTH && failed == 0) {
        submit(false, chunks, asked);
        asked++;
      }
      queue.ring();
      await(got);
      if (failed != 0 && failedChunk <= got) {
        break;
      }
      sink.move(slot(chunks, got));
    }
    end("read", chunks);
  }

  /** Writes blocks, and makes them durable. */
  void write(BlockRange.Range range, End source) throws IOException {
    Chunks chunks = new Chunks(range, chunkBlocks);
    for (long next = 0; next < chunks.count() && failed == 0; next++) {
      await(next);
      source.move(slot(chunks, next));
      while (queue.inFlight() >= writes) {
        poll();
      }
      if (failed == 0) {
        submit(true, chunks, next);
        queue.ring();
      }
    }
    end("write", chunks);
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

  private long slotBytes() {
    return (long) chunkBlocks * namespace.blockSize();
  }

  private ByteBuffer slot(Chunks chunks, long chunk) {
    long bytes = (long) chunks.blocks(chunk) * namespace.blockSize();
    return memory.memory().asSlice(chunk % DEPTH * slotBytes(), bytes).asByteBuffer();
  }

  private void submit(boolean write, Chunks chunks, long chunk) throws NvmeException {
    long lba = chunks.first(chunk);
    long iova = memory.iova() + chunk % DEPTH * slotBytes();
    int count = chunks.blocks(chunk);
    while (!(write
        ? commands.write(lba, count, iova, chunk)
        : commands.read(lba, count, iova, chunk))) {
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
    waiter.await(handler, 1, 0);
  }

  private void completed(long chunk, int status) {
    inFlight[(int) (chunk % DEPTH)] = false;
    if (status != NvmeStatus.SUCCESS && (failed == 0 || chunk < failedChunk)) {
      failed = status;
      failedChunk = chunk;
    }
  }

  private void end(String verb, Chunks chunks) throws NvmeException {
    while (queue.inFlight() > 0) {
      poll();
    }
    if (failed != 0) {
      BlockRange.Range blocks =
          new BlockRange.Range(chunks.first(failedChunk), chunks.blocks(failedChunk));
      String what = verb + " of " + blocks + " of namespace " + name();
      throw IoRemedy.failure(what, failed);
    }
  }

  @Override
  public void close() throws NvmeException {
    waiter.close();
    try {
      queue.close();
    } finally {
      dma.free(memory);
    }
  }
}
