// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * Zone Management Receive: reports zones.
 *
 * @param transfer takes the report to the host
 * @param limit the most bytes of a transfer
 */
record ModelZoneReceive(ModelTransfer transfer, long limit) implements ModelIoCommand {
  private static final int INVALID_FIELD =
      StatusCode.INVALID_FIELD_IN_COMMAND.value | NvmeStatus.DO_NOT_RETRY;
  private static final int LAST_FILTER = 7;

  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) {
    ModelZones zones = namespace.zones();
    if (zones == null) {
      return StatusCode.INVALID_COMMAND_OPCODE.value | NvmeStatus.DO_NOT_RETRY;
    }
    long bytes = ((command.cdw12 & 0xFFFF_FFFFL) + 1) * Integer.BYTES;
    int filter = command.cdw13() >>> ZoneOpcode.FILTER_SHIFT & 0xFF;
    boolean report = (command.cdw13() & ZoneOpcode.ACTION_MASK) == ZoneOpcode.REPORT;
    if (!report || filter > LAST_FILTER || bytes > limit || bytes < ZoneLayout.HEADER) {
      return INVALID_FIELD;
    }
    if (!namespace.has(command.cdw10, 1)) {
      return ModelBlocks.OUT_OF_RANGE;
    }
    boolean partial = (command.cdw13() & ZoneOpcode.PARTIAL) != 0;
    MemorySegment memory = MemorySegment.ofArray(new byte[(int) bytes]);
    write(memory, zones, zones.indexOf(command.cdw10), filter, partial);
    return transfer.send(command, memory, bytes);
  }

  private static void write(
      MemorySegment memory, ModelZones zones, int from, int filter, boolean partial) {
    ZoneState wanted = ZoneState.filtered(filter);
    long room = (memory.byteSize() - ZoneLayout.HEADER) / ZoneLayout.DESCRIPTOR;
    long number = 0;
    for (int zone = from; zone < zones.count(); zone++) {
      if (filter != 0 && zones.state(zone) != wanted) {
        continue;
      }
      if (number < room) {
        long at = ZoneLayout.HEADER + number * ZoneLayout.DESCRIPTOR;
        describe(memory.asSlice(at, ZoneLayout.DESCRIPTOR), zones, zone);
      }
      number++;
    }
    long told = partial ? Math.min(number, room) : number;
    memory.set(JAVA_LONG_UNALIGNED, ZoneLayout.NUMBER, told);
  }

  private static void describe(MemorySegment at, ModelZones zones, int zone) {
    ZoneState state = zones.state(zone);
    long pointer = state.hasWritePointer() ? zones.pointer(zone) : -1;
    at.set(JAVA_BYTE, ZoneLayout.TYPE, (byte) ZoneLayout.SEQUENTIAL);
    at.set(JAVA_BYTE, ZoneLayout.STATE, (byte) (state.value << 4));
    at.set(JAVA_LONG_UNALIGNED, ZoneLayout.CAPACITY, zones.zoning().capacity());
    at.set(JAVA_LONG_UNALIGNED, ZoneLayout.START, zones.start(zone));
    at.set(JAVA_LONG_UNALIGNED, ZoneLayout.WRITE_POINTER, pointer);
  }
}
