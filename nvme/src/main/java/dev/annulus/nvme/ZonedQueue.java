// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The commands on a namespace of zones, submitted to a queue pair. It is for the queue pair's
 * thread, as that is; completions come from its {@link QueuePair#poll}. Reads and writes are the
 * queue pair's own: a write begins at the zone's write pointer, and is one command.
 *
 * <p>What the rules of zones forbid is told by the status: Zone Boundary Error, Zone Is Full, Zone
 * Is Read Only, Zone Is Offline, Zone Invalid Write, Too Many Active Zones, Too Many Open Zones,
 * Invalid Zone State Transition.
 *
 * <p>Source: NVM Express Zoned Namespace Command Set Specification 1.1, section 3.4.
 */
public final class ZonedQueue {
  private static final long DWORDS_MASK = 0xFFFF_FFFFL;

  private final QueuePair queue;
  private final ZonedNamespace zoned;
  private final int nsid;
  private final int shift;

  /**
   * Names both.
   *
   * @param queue of the controller that has the namespace
   * @param zoned the namespace, by {@link Controller#zonedNamespace}
   */
  public ZonedQueue(QueuePair queue, ZonedNamespace zoned) {
    this.queue = queue;
    this.zoned = zoned;
    nsid = zoned.namespace().nsid();
    shift = Integer.numberOfTrailingZeros(zoned.namespace().blockSize());
  }

  /**
   * Writes blocks at a zone's write pointer, wherever that is: any number may be under way, of any
   * number of queue pairs. The completion's result is the first block that was written; whether it
   * can be is for {@link ZonedNamespace#holds}.
   *
   * @param zone the zone's first block
   * @param blocks how many, 1 or more and at most {@link ZonedNamespace#maxAppendBytes}
   * @param iova where they are
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean append(long zone, int blocks, long iova, long token) {
    checkZone(zone);
    long most = Math.min(zoned.maxAppendBytes() >>> shift, NvmOpcode.MAX_BLOCKS);
    if (blocks < 1 || blocks > most || (iova & 3) != 0) {
      throw new IllegalArgumentException(
          "append of %,d blocks at IOVA %xh: 1 to %,d, at a multiple of 4"
              .formatted(blocks, iova, most));
    }
    long bytes = (long) blocks << shift;
    return queue.command(ZoneOpcode.APPEND, nsid, zone, blocks - 1L, 0, iova, bytes, token);
  }

  /**
   * Changes the state of a zone.
   *
   * @param action what to do
   * @param zone the zone's first block
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean manage(ZoneAction action, long zone, long token) {
    checkZone(zone);
    return send(action.value, zone, token);
  }

  /**
   * Changes the state of all zones that are in one of those which the action is meant for.
   *
   * @param action what to do
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean manageAll(ZoneAction action, long token) {
    return send(action.value | ZoneOpcode.SELECT_ALL, 0, token);
  }

  private boolean send(int cdw13, long lba, long token) {
    long cdw12 = (long) cdw13 << 32;
    return queue.command(ZoneOpcode.MANAGEMENT_SEND, nsid, lba, cdw12, 0, 0, 0, token);
  }

  /**
   * Asks for a report of zones, for {@link ZoneReport#parse}.
   *
   * @param lba a block of the first zone to report
   * @param state of which zones, or null for all
   * @param partial whether the number in the report is of the zones that have room, not of all; a
   *     controller need not look at the others then
   * @param iova where it goes
   * @param bytes how long it may be, a multiple of 4 from 64 to {@link QueuePair#maxTransfer}; see
   *     {@link ZoneReport#bytes}
   * @param token comes back with the completion
   * @return false when the queue is full: ring and poll first
   */
  public boolean report(
      long lba, ZoneState state, boolean partial, long iova, int bytes, long token) {
    if (bytes < ZoneLayout.HEADER || (bytes & 3) != 0 || (iova & 3) != 0) {
      throw new IllegalArgumentException(
          "report of %,d bytes at IOVA %xh: at least %d, multiples of 4"
              .formatted(bytes, iova, ZoneLayout.HEADER));
    }
    int filter = state == null ? 0 : state.filter << ZoneOpcode.FILTER_SHIFT;
    long cdw13 = ZoneOpcode.REPORT | filter | (partial ? ZoneOpcode.PARTIAL : 0);
    long cdw12 = bytes / Integer.BYTES - 1 & DWORDS_MASK | cdw13 << 32;
    int opcode = ZoneOpcode.MANAGEMENT_RECEIVE;
    return queue.command(opcode, nsid, lba, cdw12, 0, iova, bytes, token);
  }

  private void checkZone(long zone) {
    if (zone < 0 || zone >= zoned.namespace().blocks() || zone % zoned.zoneSize() != 0) {
      throw new IllegalArgumentException(
          "zone %xh: a multiple of %,d blocks, below %,d"
              .formatted(zone, zoned.zoneSize(), zoned.namespace().blocks()));
    }
  }
}
