// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.text.Json;
import dev.annulus.cli.text.Table;
import dev.annulus.cli.text.Units;
import dev.annulus.nvme.Admin;
import dev.annulus.nvme.ControllerCapability;
import dev.annulus.nvme.IdentifyNamespace;
import dev.annulus.nvme.NamespaceField;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus nvme ns list}. */
@Command(
    name = "list",
    description = "List the namespaces of the subsystem, attached to this controller or not.")
final class NsListCommand extends DeviceCommand {
  NsListCommand(Outside outside) {
    super(outside);
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Admin admin = opened.controller().admin();
    List<Integer> active = admin.activeNamespaces();
    boolean managed = admin.controller().has(ControllerCapability.NAMESPACE_MANAGEMENT);
    Table table = new Table("NSID", "attached", "size", "blocks", "format");
    ObjectNode json = Json.object();
    ArrayNode list = json.putArray("nsid_list");
    for (int nsid : managed ? admin.allocatedNamespaces() : active) {
      boolean attached = active.contains(nsid);
      // QEMU's controller does not tell of allocated ones that have zones; all do of attached ones.
      IdentifyNamespace is = attached ? admin.namespace(nsid) : admin.allocatedNamespace(nsid);
      ObjectNode one = list.addObject().put("nsid", Integer.toUnsignedLong(nsid));
      one.put("attached", attached).put("bytes", is.sizeBytes());
      one.put("block_size", is.format().blockSize()).put("metadata_size", is.format().metadata());
      table.row(
          "0x" + Integer.toHexString(nsid),
          attached ? "yes" : "no",
          Units.size(is.sizeBytes().longValue()),
          blocks(is),
          "%d B + %d B".formatted(is.format().blockSize(), is.format().metadata()));
    }
    if (output.isJson()) {
      Json.print(json, out());
    } else if (list.isEmpty()) {
      out().println(opened.name() + " has no namespace");
    } else {
      table.print(out());
    }
  }

  private static String blocks(IdentifyNamespace is) {
    return Long.toUnsignedString(is.get(NamespaceField.NSZE));
  }
}
