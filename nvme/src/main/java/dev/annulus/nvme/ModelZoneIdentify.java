// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Writes the structures of Identify that are about command sets and zones.
 *
 * @param config the model's
 */
record ModelZoneIdentify(ModelConfig config) {
  private static final int INVALID_FIELD =
      StatusCode.INVALID_FIELD_IN_COMMAND.value | NvmeStatus.DO_NOT_RETRY;
  private static final long BOTH = 1L << ZoneIdentify.CSI_NVM | 1L << ZoneIdentify.CSI_ZONED;

  /** Writes the structure that a command asks for; 0 or the status to fail with. */
  int write(ModelCommand command, MemorySegment page) {
    if (!config.zoned()) {
      return INVALID_FIELD;
    }
    int cns = command.cdw10Low() & 0xFF;
    if (cns == ZoneIdentify.CNS_COMMAND_SETS) {
      page.set(JAVA_LONG, 0, BOTH);
      return 0;
    }
    if (command.cdw11() >>> 24 != ZoneIdentify.CSI_ZONED) {
      return INVALID_FIELD;
    }
    if (cns == ZoneIdentify.CNS_CONTROLLER) {
      page.set(JAVA_BYTE, ZoneIdentify.ZASL, (byte) config.appendLimit());
      return 0;
    }
    return namespace(config.namespace(command.nsid), page);
  }

  private static int namespace(ModelNamespace namespace, MemorySegment page) {
    if (namespace == null) {
      return StatusCode.INVALID_NAMESPACE_OR_FORMAT.value | NvmeStatus.DO_NOT_RETRY;
    }
    if (namespace.zones() == null) {
      return INVALID_FIELD;
    }
    ModelZoning zoning = namespace.zones().zoning();
    page.set(JAVA_SHORT, ZoneIdentify.OZCS, (short) (zoning.readsAcross() ? 1 : 0));
    // 0-based: 0, no limit, becomes all ones.
    page.set(JAVA_INT, ZoneIdentify.MAR, zoning.maxActive() - 1);
    page.set(JAVA_INT, ZoneIdentify.MOR, zoning.maxOpen() - 1);
    int format = ZoneIdentify.LBAFE_SIZE * ModelFormats.of(namespace);
    page.set(JAVA_LONG, ZoneIdentify.LBAFE + format, zoning.size());
    return 0;
  }
}
