// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Follows the PRP entries of a command, or its SGL of one data block, to runs of memory. Nothing is
 * transferred unless all of them are mapped: a command with a bad address touches no memory.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 4.1.1.
 */
final class ModelPrp {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final int OK = 0;
  private static final int OFFSET_INVALID =
      StatusCode.PRP_OFFSET_INVALID.value | NvmeStatus.DO_NOT_RETRY;
  private static final int TRANSFER_ERROR = StatusCode.DATA_TRANSFER_ERROR.value;

  private final long[] iovas;
  private final long[] lengths;
  private final int[] entries;
  private int count;
  private DmaTable table;
  private long pageSize;

  /** For transfers of so many bytes at most, in pages of 4096 bytes or more. */
  ModelPrp(long maxTransfer) {
    int most = (int) (maxTransfer / 4096) + 2;
    iovas = new long[most];
    lengths = new long[most];
    entries = new int[most];
  }

  /**
   * Finds the memory of a command's data.
   *
   * @param bytes more than 0
   * @return 0, or the status to fail with
   */
  int gather(DmaTable reachable, ModelCommand command, long bytes, int pageShift) {
    table = reachable;
    pageSize = 1L << pageShift;
    count = 0;
    if (command.sgl()) {
      return block(command.prp1, command.prp2, bytes);
    }
    long prp1 = command.prp1;
    if ((prp1 & 3) != 0) {
      return OFFSET_INVALID;
    }
    long first = Math.min(bytes, pageSize - (prp1 & (pageSize - 1)));
    add(prp1, first);
    long left = bytes - first;
    int status = left == 0 ? OK : more(command.prp2, left);
    return status == OK ? resolve() : status;
  }

  private int block(long address, long half, long bytes) {
    if (!Sgl.isDataBlock(half)) {
      return StatusCode.SGL_DESCRIPTOR_TYPE_INVALID.value | NvmeStatus.DO_NOT_RETRY;
    }
    if (Sgl.length(half) != bytes) {
      return StatusCode.DATA_SGL_LENGTH_INVALID.value | NvmeStatus.DO_NOT_RETRY;
    }
    add(address, bytes);
    return resolve();
  }

  /** Finds the memory of metadata, which is contiguous; 0, or the status to fail with. */
  int gatherMetadata(DmaTable reachable, long address, long bytes) {
    table = reachable;
    count = 0;
    if ((address & 3) != 0) {
      return StatusCode.INVALID_FIELD_IN_COMMAND.value | NvmeStatus.DO_NOT_RETRY;
    }
    add(address, bytes);
    return resolve();
  }

  /** There is no memory. */
  void none() {
    count = 0;
  }

  private int more(long prp2, long left) {
    if (left > pageSize) {
      return list(prp2, left);
    }
    if ((prp2 & (pageSize - 1)) != 0) {
      return OFFSET_INVALID;
    }
    add(prp2, left);
    return OK;
  }

  private int list(long prp2, long bytes) {
    if ((prp2 & 7) != 0) {
      return OFFSET_INVALID;
    }
    long at = prp2;
    long left = bytes;
    while (true) {
      long room = (pageSize - (at & (pageSize - 1))) / Long.BYTES;
      long needed = (left + pageSize - 1) / pageSize;
      boolean last = needed <= room;
      long here = last ? needed : room - 1;
      int entry = table.find(at, (last ? here : room) * Long.BYTES);
      if (entry < 0) {
        return TRANSFER_ERROR;
      }
      MemorySegment memory = table.segment(entry);
      long offset = table.offset(entry, at);
      int status = pages(memory, offset, here, left);
      left -= here * pageSize;
      if (last || status != OK) {
        return status;
      }
      at = (long) LONG.get(memory, offset + here * Long.BYTES);
      if ((at & (pageSize - 1)) != 0) {
        return OFFSET_INVALID;
      }
    }
  }

  private int pages(MemorySegment memory, long offset, long number, long bytes) {
    long left = bytes;
    for (long i = 0; i < number; i++) {
      long page = (long) LONG.get(memory, offset + i * Long.BYTES);
      if ((page & (pageSize - 1)) != 0) {
        return OFFSET_INVALID;
      }
      add(page, Math.min(left, pageSize));
      left -= pageSize;
    }
    return OK;
  }

  /** Adds memory, to the run before where it goes on from there. */
  private void add(long iova, long length) {
    int last = count - 1;
    if (last >= 0 && iovas[last] + lengths[last] == iova) {
      lengths[last] += length;
      return;
    }
    iovas[count] = iova;
    lengths[count] = length;
    count++;
  }

  private int resolve() {
    for (int i = 0; i < count; i++) {
      if (!table.holds(entries[i], iovas[i], lengths[i])) {
        entries[i] = table.find(iovas[i], lengths[i]);
        if (entries[i] < 0) {
          return TRANSFER_ERROR;
        }
      }
    }
    return OK;
  }

  /** Number of runs. */
  int count() {
    return count;
  }

  MemorySegment memory(int run) {
    return table.segment(entries[run]);
  }

  long offset(int run) {
    return table.offset(entries[run], iovas[run]);
  }

  long length(int run) {
    return lengths[run];
  }
}
