// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Copy: one block after the other, of whatever format. */
final class ModelCopy implements ModelIoCommand {
  /** Blocks of a source range. */
  static final int RANGE_BLOCKS = 1024;

  /** Blocks of a command. */
  static final int BLOCKS = 8192;

  /** Source ranges: as many as fit the page that they are received in. */
  static final int RANGES = 128;

  private static final int DNR = NvmeStatus.DO_NOT_RETRY;
  private static final int INVALID_FIELD = StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;
  private static final int TOO_MUCH = StatusCode.COMMAND_SIZE_LIMIT_EXCEEDED.value | DNR;
  private static final int OVERLAP = StatusCode.OVERLAPPING_IO_RANGE.value | DNR;

  private final ModelBlocks blocks;
  private final ModelTransfer transfer;
  private final ModelBlock block;
  private final ModelProtection read = new ModelProtection();
  private final ModelProtection write = new ModelProtection();

  ModelCopy(ModelBlocks blocks) {
    this.blocks = blocks;
    transfer = blocks.transfer();
    block = new ModelBlock(transfer.block());
  }

  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    int ranges = (command.cdw12Low() & 0xFF) + 1;
    if ((command.cdw12Low() >>> NvmOpcode.COPY_FORMAT_SHIFT & 0xF) != 0) {
      return INVALID_FIELD;
    }
    if (ranges > RANGES || namespace.zones() != null) {
      return TOO_MUCH;
    }
    if (namespace.backing().readOnly()) {
      return ModelBlocks.WRITE_PROTECTED;
    }
    int status = transfer.receive(command, (long) ranges * NvmOpcode.COPY_RANGE_SIZE);
    status = status == 0 ? check(command, namespace, ranges) : status;
    return status == 0 ? copy(command, namespace, ranges) : status;
  }

  /** All ranges are checked before the first is copied. */
  private int check(ModelCommand command, ModelNamespace namespace, int ranges) {
    MemorySegment list = transfer.page();
    long total = 0;
    for (int i = 0; i < ranges; i++) {
      long count = count(list, i);
      total += count;
      if (count > RANGE_BLOCKS || total > BLOCKS) {
        return TOO_MUCH;
      }
      if (!namespace.has(lba(list, i), count)) {
        return ModelBlocks.OUT_OF_RANGE;
      }
    }
    long to = command.cdw10;
    if (!namespace.has(to, total)) {
      return ModelBlocks.OUT_OF_RANGE;
    }
    for (int i = 0; i < ranges; i++) {
      if (lba(list, i) < to + total && to < lba(list, i) + count(list, i)) {
        return OVERLAP;
      }
    }
    return 0;
  }

  private int copy(ModelCommand command, ModelNamespace namespace, int ranges) throws IOException {
    int status = write.begin(command, namespace);
    block.of(namespace);
    long to = command.cdw10;
    for (int i = 0; i < ranges && status == 0; i++) {
      command.result = i;
      status = copyRange(command, namespace, i, to);
      to += count(transfer.page(), i);
    }
    if (status == 0) {
      command.result = ranges;
      if (blocks.throughCache(command)) {
        namespace.backing().flush();
      }
    }
    return status;
  }

  private int copyRange(ModelCommand command, ModelNamespace namespace, int range, long to)
      throws IOException {
    MemorySegment list = transfer.page();
    long from = lba(list, range);
    long count = count(list, range);
    long tags = (long) range * NvmOpcode.COPY_RANGE_SIZE + NvmOpcode.COPY_RANGE_TAGS;
    int prinfo = command.cdw12Low() >>> NvmOpcode.COPY_READ_PRINFO_SHIFT & 0xF;
    int applicationTags = list.get(JAVA_INT, tags + 4);
    int status = read.begin(namespace, from, prinfo, applicationTags, list.get(JAVA_INT, tags));
    if (status == 0 && read.acts() != write.acts()) {
      status = INVALID_FIELD;
    }
    if (status == 0 && namespace.unreadable().any(from, count)) {
      status = ModelBlocks.UNREADABLE;
    }
    for (long i = 0; i < count && status == 0; i++) {
      status = copyBlock(from + i, to + i);
    }
    if (status == 0) {
      namespace.unreadable().remove(to, count);
    }
    return status;
  }

  private int copyBlock(long from, long to) throws IOException {
    block.load(from);
    int status = read.check(block);
    if (status == 0 && write.acts()) {
      write.generate(block);
    } else if (status == 0) {
      status = write.check(block);
    }
    if (status == 0) {
      block.store(to);
    }
    read.advance();
    write.advance();
    return status;
  }

  private static long lba(MemorySegment list, int range) {
    long at = (long) range * NvmOpcode.COPY_RANGE_SIZE;
    return list.get(JAVA_LONG, at + NvmOpcode.COPY_RANGE_LBA);
  }

  private static long count(MemorySegment list, int range) {
    long at = (long) range * NvmOpcode.COPY_RANGE_SIZE;
    return (list.get(JAVA_SHORT, at + NvmOpcode.COPY_RANGE_BLOCKS) & 0xFFFF) + 1;
  }
}
