// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** The commands on blocks that carry metadata: one block after the other. */
final class ModelFormatted {
  private static final int COMPARE_FAILURE = StatusCode.COMPARE_FAILURE.value;

  private final ModelBlocks blocks;
  private final ModelTransfer transfer;
  private final ModelProtection protection = new ModelProtection();
  private final ModelCursor data;
  private final ModelCursor beside;
  private final ModelBlock block;
  private final ModelBlock other;

  ModelFormatted(ModelBlocks blocks) {
    this.blocks = blocks;
    transfer = blocks.transfer();
    data = new ModelCursor(transfer.gathered());
    beside = new ModelCursor(transfer.gatheredMetadata());
    block = new ModelBlock(transfer.block());
    other = new ModelBlock(transfer.otherBlock());
  }

  /** Checks a transfer, and finds the memory of data and metadata; 0 or the status. */
  private int begin(ModelCommand command, ModelNamespace namespace) {
    int status = protection.begin(command, namespace);
    BlockMetadata metadata = namespace.metadata();
    int carried = protection.strips(metadata) ? 0 : metadata.size();
    if (status == 0) {
      int more = metadata.extended() ? carried : 0;
      status = blocks.begin(command, namespace, namespace.blockSize() + more);
    }
    if (status == 0 && !metadata.extended() && carried > 0) {
      status = transfer.gatherMetadata(command, ModelBlocks.count(command) * carried);
    }
    data.start();
    beside.start();
    block.of(namespace);
    other.of(namespace);
    return status;
  }

  int read(ModelCommand command, ModelNamespace namespace) throws IOException {
    int status = begin(command, namespace);
    status = status == 0 ? ModelBlocks.readable(command, namespace) : status;
    if (status == 0) {
      ModelBlocks.flushUnit(command, namespace);
    }
    long end = command.cdw10 + ModelBlocks.count(command);
    for (long lba = command.cdw10; status == 0 && lba < end; lba++) {
      block.load(lba);
      status = protection.check(block);
      if (status == 0) {
        give(namespace);
      }
      protection.advance();
    }
    if (status == 0) {
      blocks.wasRead(command, namespace);
    }
    return status;
  }

  private void give(ModelNamespace namespace) {
    data.give(block.memory(), 0, block.metadataAt());
    if (!protection.strips(namespace.metadata())) {
      ModelCursor to = namespace.metadata().extended() ? data : beside;
      to.give(block.memory(), block.metadataAt(), namespace.metadata().size());
    }
  }

  private void take(ModelBlock into, ModelNamespace namespace) {
    data.take(into.memory(), 0, into.metadataAt());
    if (!protection.strips(namespace.metadata())) {
      ModelCursor from = namespace.metadata().extended() ? data : beside;
      from.take(into.memory(), into.metadataAt(), namespace.metadata().size());
    }
  }

  int write(ModelCommand command, ModelNamespace namespace) throws IOException {
    int status = begin(command, namespace);
    long end = command.cdw10 + ModelBlocks.count(command);
    for (long lba = command.cdw10; status == 0 && lba < end; lba++) {
      take(block, namespace);
      if (protection.acts()) {
        protection.generate(block);
      } else {
        status = protection.check(block);
      }
      if (status == 0) {
        block.store(lba);
      }
      protection.advance();
    }
    if (status == 0) {
      blocks.wasWritten(command, namespace);
    }
    return status;
  }

  /** Both what is stored and what it is compared with are checked. */
  int compare(ModelCommand command, ModelNamespace namespace) throws IOException {
    int status = begin(command, namespace);
    status = status == 0 ? protection.refuseToAct() : status;
    status = status == 0 ? ModelBlocks.readable(command, namespace) : status;
    long end = command.cdw10 + ModelBlocks.count(command);
    for (long lba = command.cdw10; status == 0 && lba < end; lba++) {
      block.load(lba);
      take(other, namespace);
      status = protection.check(block);
      status = status == 0 ? protection.check(other) : status;
      status = status == 0 && !block.same(other) ? COMPARE_FAILURE : status;
      protection.advance();
    }
    return status;
  }

  /** For a range that exists. */
  int verify(ModelCommand command, ModelNamespace namespace) throws IOException {
    int status = protection.begin(command, namespace);
    status = status == 0 ? protection.refuseToAct() : status;
    status = status == 0 ? ModelBlocks.readable(command, namespace) : status;
    block.of(namespace);
    long end = command.cdw10 + ModelBlocks.count(command);
    for (long lba = command.cdw10; status == 0 && lba < end; lba++) {
      block.load(lba);
      status = protection.check(block);
      protection.advance();
    }
    return status;
  }

  /** For a range that exists. All metadata is zeroes too, unless the controller is to act. */
  int zero(ModelCommand command, ModelNamespace namespace) throws IOException {
    int status = protection.begin(command, namespace);
    if (status == 0 && protection.checksAny()) {
      status = StatusCode.INVALID_PROTECTION_INFORMATION.value | NvmeStatus.DO_NOT_RETRY;
    }
    block.of(namespace);
    block.clear();
    long end = command.cdw10 + ModelBlocks.count(command);
    for (long lba = command.cdw10; status == 0 && lba < end; lba++) {
      if (protection.acts()) {
        protection.generate(block);
      }
      block.store(lba);
      protection.advance();
    }
    return status;
  }
}
