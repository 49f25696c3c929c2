// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.Zone;
import dev.annulus.nvme.ZoneState;
import dev.annulus.nvme.ZonedNamespace;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus nvme zones report}. */
@Command(
    name = "report",
    aliases = "report-zones",
    description = "Show zones with their states and write pointers.")
final class ZonesReportCommand extends DeviceCommand {
  @Mixin NamespaceOption namespace;
  @Mixin ZoneOption from;

  @Option(
      names = {"-d", "--descs"},
      paramLabel = "N",
      description = "How many zones at most. Default: all.")
  Long most;

  @Option(
      names = {"-S", "--state"},
      paramLabel = "STATE",
      description = "Only zones in this state: ${COMPLETION-CANDIDATES}.")
  ZoneState state;

  ZonesReportCommand(Outside outside) {
    super(outside);
  }

  @Override
  void check() {
    if (from.fault() != null) {
      throw wrong(from.fault());
    }
    if (most != null && most < 1) {
      throw wrong("--descs " + most + ": must be at least 1");
    }
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    ZonedNamespace zoned = Zones.require(opened, opened.namespace(namespace.nsid));
    long start = from.isGiven() ? from.of(zoned) : 0;
    List<Zone> zones;
    try (ZonePipe pipe = new ZonePipe(opened, zoned)) {
      zones = pipe.report(start, state, most == null ? Long.MAX_VALUE : most);
    }
    if (output.isJson()) {
      ObjectNode json = Json.object().put("nr_zones", zones.size());
      ArrayNode list = json.putArray("zone_list");
      zones.forEach(each -> list.add(json(each)));
      Json.print(json, out());
    } else {
      out().println("nr_zones: " + zones.size());
      zones.forEach(this::print);
    }
  }

  /** Where there is no write pointer, nvme-cli shows all ones, as the device does. */
  private void print(Zone zone) {
    out()
        .println(
            "SLBA: 0x%-8x WP: 0x%-8x Cap: 0x%-8x State: %-12s Type: SEQWRITE_REQ Attrs: 0x%x"
                .formatted(
                    zone.start(),
                    zone.writePointer(),
                    zone.capacity(),
                    name(zone),
                    zone.attributes()));
  }

  private static ObjectNode json(Zone zone) {
    ObjectNode json = Json.object().put("slba", zone.start());
    if (zone.writePointer() != Zone.NONE) {
      json.put("wp", zone.writePointer());
    }
    json.put("cap", zone.capacity()).put("state", name(zone)).put("type", "SEQWRITE_REQ");
    return json.put("attrs", zone.attributes());
  }

  private static String name(Zone zone) {
    return switch (zone.state()) {
      case IMPLICITLY_OPENED -> "IMP_OPENED";
      case EXPLICITLY_OPENED -> "EXP_OPENED";
      case READ_ONLY -> "READONLY";
      default -> zone.state().name();
    };
  }
}
