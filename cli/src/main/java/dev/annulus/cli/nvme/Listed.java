// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.text.Json;
import dev.annulus.cli.text.Table;
import dev.annulus.cli.text.Units;
import dev.annulus.nvme.IdentifyController;
import dev.annulus.nvme.IdentifyNamespace;
import java.math.BigInteger;
import tools.jackson.databind.node.ObjectNode;

/**
 * A namespace in the list.
 *
 * @param node how it is reached
 * @param nsid its identifier
 * @param serial of the controller
 * @param model of the controller
 * @param firmware of the controller
 * @param used bytes in use, or {@link #UNKNOWN}
 * @param size bytes
 * @param blockSize bytes of a block
 * @param metadata bytes with each block
 */
record Listed(
    String node,
    long nsid,
    String serial,
    String model,
    String firmware,
    long used,
    long size,
    int blockSize,
    int metadata) {
  static final long UNKNOWN = -1;

  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

  static Listed of(String node, int nsid, IdentifyController is, IdentifyNamespace namespace) {
    return new Listed(
        node,
        Integer.toUnsignedLong(nsid),
        is.serial(),
        is.model(),
        is.firmware(),
        namespace.usedBytes().min(MOST).longValue(),
        namespace.sizeBytes().min(MOST).longValue(),
        namespace.format().blockSize(),
        namespace.format().metadata());
  }

  static Table table() {
    return new Table("Node", "Namespace", "SN", "Model", "Usage", "Format", "FW Rev");
  }

  void addTo(Table table) {
    String usage = used == UNKNOWN ? Units.size(size) : Units.size(used) + " / " + Units.size(size);
    String format = "%d B + %d B".formatted(blockSize, metadata);
    table.row(node, "0x" + Long.toHexString(nsid), serial, model, usage, format, firmware);
  }

  /** With the names that nvme-cli gives. */
  ObjectNode json() {
    ObjectNode json = Json.object().put("NameSpace", nsid).put("DevicePath", node);
    json.put("Firmware", firmware).put("ModelNumber", model).put("SerialNumber", serial);
    if (used != UNKNOWN) {
      json.put("UsedBytes", used);
    }
    json.put("MaximumLBA", blockSize == 0 ? 0 : size / blockSize).put("PhysicalSize", size);
    return json.put("SectorSize", blockSize).put("MetadataSize", metadata);
  }
}
