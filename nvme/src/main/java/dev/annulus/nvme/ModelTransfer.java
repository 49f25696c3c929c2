// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Moves a command's data between the host's memory, found by its PRP entries, and the model's. */
final class ModelTransfer {
  private final ModelDma dma;
  private final ModelPrp prp;
  private final ModelPrp metadata = new ModelPrp(0);
  private final Arena arena = Arena.ofShared();
  private final MemorySegment page = arena.allocate(4096, 4096);
  private final MemorySegment block;
  private final MemorySegment otherBlock;
  private int pageShift;

  ModelTransfer(ModelDma dma, ModelConfig config) {
    this.dma = dma;
    prp = new ModelPrp(config.maxTransfer());
    block = arena.allocate(config.largestBlock(), 4096);
    otherBlock = arena.allocate(config.largestBlock(), 4096);
  }

  /** Takes over CC.MPS. */
  void pageShift(int shift) {
    pageShift = shift;
  }

  /** Where a structure is put together or taken apart: 4096 bytes. */
  MemorySegment page() {
    return page;
  }

  /** Where a block and its metadata are put together. */
  MemorySegment block() {
    return block;
  }

  /** The same for another. */
  MemorySegment otherBlock() {
    return otherBlock;
  }

  /** The memory that was found last. */
  ModelPrp gathered() {
    return prp;
  }

  /** The memory of metadata that was found since. */
  ModelPrp gatheredMetadata() {
    return metadata;
  }

  /** Finds the memory of a command's metadata in a buffer of its own; 0 or the status. */
  int gatherMetadata(ModelCommand command, long bytes) {
    return metadata.gatherMetadata(dma.table(), command.mptr, bytes);
  }

  /** Finds the memory of a command's data; 0 or the status to fail with. */
  int gather(ModelCommand command, long bytes) {
    metadata.none();
    return prp.gather(dma.table(), command, bytes, pageShift);
  }

  /** Sends the beginning of the page to the host. */
  int send(ModelCommand command, long bytes) {
    return send(command, page, bytes);
  }

  /** Sends the beginning of something to the host. */
  int send(ModelCommand command, MemorySegment from, long bytes) {
    int status = gather(command, bytes);
    long at = 0;
    for (int run = 0; status == 0 && run < prp.count(); run++) {
      status = copy(from, at, prp.memory(run), prp.offset(run), prp.length(run));
      at += prp.length(run);
    }
    return status;
  }

  /** Receives the beginning of the page from the host. */
  int receive(ModelCommand command, long bytes) {
    int status = gather(command, bytes);
    long at = 0;
    for (int run = 0; status == 0 && run < prp.count(); run++) {
      status = copy(prp.memory(run), prp.offset(run), page, at, prp.length(run));
      at += prp.length(run);
    }
    return status;
  }

  private static int copy(
      MemorySegment from, long fromAt, MemorySegment to, long toAt, long length) {
    try {
      MemorySegment.copy(from, fromAt, to, toAt, length);
      return 0;
    } catch (IllegalStateException
        | IllegalArgumentException
        | WrongThreadException
        | InternalError e) {
      // Closed, read-only, another thread's, or a page of a file that was cut short: memory that
      // the
      // host must not have mapped.
      return StatusCode.DATA_TRANSFER_ERROR.value;
    }
  }

  void close() {
    arena.close();
  }
}
