// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.nvme.CompletionWaiter;
import dev.annulus.nvme.DmaBuffer;
import dev.annulus.nvme.DmaMemory;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.NvmeStatus;
import dev.annulus.nvme.QueuePair;
import dev.annulus.nvme.Zone;
import dev.annulus.nvme.ZoneAction;
import dev.annulus.nvme.ZoneReport;
import dev.annulus.nvme.ZoneState;
import dev.annulus.nvme.ZonedNamespace;
import dev.annulus.nvme.ZonedQueue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Commands on zones, one at a time. For the thread that opened it. */
final class ZonePipe implements AutoCloseable {
  private static final int ENTRIES = 8;
  private static final long BUFFER = 64 << 10;

  private final ZonedNamespace zoned;
  private final DmaMemory dma;
  private final QueuePair queue;
  private final ZonedQueue commands;
  private final DmaBuffer memory;
  private final CompletionWaiter waiter;
  private int status;
  private long result;

  ZonePipe(Device device, ZonedNamespace zoned) throws NvmeException {
    this.zoned = zoned;
    dma = device.controller().dma();
    queue = device.controller().openQueuePair(ENTRIES);
    commands = new ZonedQueue(queue, zoned);
    waiter = CompletionWaiter.of(queue);
    try {
      memory = dma.allocate(Math.max(BUFFER, zoned.namespace().blockSize()), 4096);
    } catch (NvmeException | RuntimeException e) {
      waiter.close();
      queue.close();
      throw e;
    }
  }

  /** Zones from one on, in a state or, for null, in any. */
  List<Zone> report(long lba, ZoneState state, long most) throws NvmeException {
    List<Zone> all = new ArrayList<>();
    int bytes = (int) Math.min(BUFFER, queue.maxTransfer());
    long at = lba;
    while (all.size() < most && at < zoned.namespace().blocks()) {
      submitted(commands.report(at, state, true, memory.iova(), bytes, 0));
      check("report of zones from block " + at);
      ZoneReport report = ZoneReport.parse(memory.memory().asSlice(0, bytes), zoned);
      if (report.zones().isEmpty()) {
        break;
      }
      all.addAll(report.zones());
      at = report.zones().getLast().start() + zoned.zoneSize();
    }
    return all.size() <= most ? all : all.subList(0, (int) most);
  }

  void manage(ZoneAction action, long zone) throws NvmeException {
    submitted(commands.manage(action, zone, 0));
    check(word(action) + " of the zone at block " + zone);
  }

  void manageAll(ZoneAction action) throws NvmeException {
    submitted(commands.manageAll(action, 0));
    check(word(action) + " of all zones");
  }

  private static String word(ZoneAction action) {
    return action.name().toLowerCase(Locale.ROOT);
  }

  /** Appends blocks to a zone; answers the first block that was written. */
  long append(long zone, long blocks, BlockPipe.End source) throws IOException {
    int size = zoned.namespace().blockSize();
    long most = Math.min(memory.memory().byteSize(), zoned.maxAppendBytes()) / size;
    long first = -1;
    for (long done = 0; done < blocks; ) {
      int part = (int) Math.min(most, blocks - done);
      source.move(memory.memory().asSlice(0, (long) part * size).asByteBuffer());
      submitted(commands.append(zone, part, memory.iova(), 0));
      check("append of " + part + " blocks to the zone at block " + zone);
      if (!zoned.holds(zone, result, part)) {
        throw new NvmeException(
            "append to the zone at block %d: the device says that it wrote to block %s, which is"
                    .formatted(zone, Long.toUnsignedString(result))
                + " not in it: it is broken");
      }
      first = first < 0 ? result : first;
      done += part;
    }
    return first;
  }

  private static void submitted(boolean accepted) {
    if (!accepted) {
      throw new IllegalStateException("a queue without commands is full");
    }
  }

  private void check(String what) throws NvmeException {
    while (queue.inFlight() > 0) {
      waiter.await((token, code, value) -> completed(code, value), 1, 0);
    }
    if (status != NvmeStatus.SUCCESS) {
      String of = Integer.toUnsignedString(zoned.namespace().nsid());
      throw IoRemedy.failure(what + " of namespace " + of, status);
    }
  }

  private void completed(int code, long value) {
    status = code;
    result = value;
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
