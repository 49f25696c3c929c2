// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

/**
 * A started controller whose namespace 1 has zones, all reset, and commands that are waited for.
 */
final class ZonedSetup implements AutoCloseable {
  static final int DEPTH = 31;
  private static final int BUFFER = 1 << 20;
  private static final int REPORT_AT = BUFFER / 2;
  private static final int ZONES_A_REPORT = 5;

  private final Transport transport;
  Controller controller;
  QueuePair queue;
  ZonedNamespace zoned;
  ZonedQueue zones;
  DmaBuffer buffer;
  final Outcomes outcomes = new Outcomes();

  ZonedSetup(Transport transport) throws NvmeException {
    this.transport = transport;
    start();
    done(zones.manageAll(ZoneAction.RESET, 0));
  }

  private void start() throws NvmeException {
    controller = Controller.start(transport, ControllerOptions.DEFAULT);
    queue = controller.openQueuePair(DEPTH + 1);
    zoned = controller.zonedNamespace(1);
    zones = new ZonedQueue(queue, zoned);
    buffer = controller.dma().allocate(BUFFER, 4096);
  }

  /** Shuts the controller down in order and starts it again. */
  void restart() throws NvmeException {
    queue.close();
    controller.close();
    start();
  }

  long start(int zone) {
    return zone * zoned.zoneSize();
  }

  int blockSize() {
    return zoned.namespace().blockSize();
  }

  /** Waits for the command with token 0 that was just submitted, which must succeed. */
  void done(boolean accepted) throws NvmeException {
    int status = status(accepted);
    assertEquals(NvmeStatus.SUCCESS, status, NvmeStatus.describe(status));
  }

  /** Waits for the command with token 0 that was just submitted; it must fail so. */
  void fails(StatusCode expected, boolean accepted) throws NvmeException {
    int status = status(accepted);
    assertEquals(expected, StatusCode.of(status), NvmeStatus.describe(status));
  }

  /** Waits for the command with token 0 that was just submitted; its status. */
  int status(boolean accepted) throws NvmeException {
    assertTrue(accepted, "the queue is full");
    outcomes.clear();
    Setup.finish(queue, outcomes);
    return outcomes.status(0);
  }

  boolean write(long lba, int blocks) {
    return queue.write(1, lba, blocks, buffer.iova(), 0);
  }

  boolean read(long lba, int blocks) {
    return queue.read(1, lba, blocks, buffer.iova(), 0);
  }

  boolean append(int zone, int blocks) {
    return zones.append(start(zone), blocks, buffer.iova(), 0);
  }

  boolean manage(ZoneAction action, int zone) {
    return zones.manage(action, start(zone), 0);
  }

  ZoneReport report(long lba, ZoneState state, boolean partial, int zonesOfRoom)
      throws NvmeException {
    int bytes = ZoneReport.bytes(zonesOfRoom);
    done(zones.report(lba, state, partial, buffer.iova() + REPORT_AT, bytes, 0));
    return ZoneReport.parse(buffer.memory().asSlice(REPORT_AT, bytes), zoned);
  }

  /** All zones, by as many reports as it takes. */
  List<Zone> all() throws NvmeException {
    List<Zone> all = new ArrayList<>();
    while (all.size() < zoned.zones()) {
      ZoneReport report = report(start(all.size()), null, false, ZONES_A_REPORT);
      assertEquals(zoned.zones() - all.size(), report.number());
      all.addAll(report.zones());
    }
    return all;
  }

  Zone zone(int index) throws NvmeException {
    return report(start(index), null, true, 1).zones().getFirst();
  }

  void assertState(ZoneState expected, int index) throws NvmeException {
    assertEquals(expected, zone(index).state());
  }

  int capacity() throws NvmeException {
    return (int) zone(0).capacity();
  }

  /** Marks the blocks of the buffer, so that each can be told from all others. */
  void stamp(int from, int blocks, long mark) {
    for (int i = from; i < from + blocks; i++) {
      buffer.memory().set(JAVA_LONG, (long) i * blockSize(), mark + i - from);
    }
  }

  long stampAt(int block) {
    return buffer.memory().get(JAVA_LONG, (long) block * blockSize());
  }

  @Override
  public void close() throws NvmeException {
    try (transport) {
      queue.close();
      controller.dma().free(buffer);
      controller.close();
    }
  }
}
