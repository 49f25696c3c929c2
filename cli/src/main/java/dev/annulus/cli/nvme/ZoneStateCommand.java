// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.Namespace;
import dev.annulus.nvme.ZoneAction;
import dev.annulus.nvme.ZonedNamespace;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus nvme zones open}, {@code close} and their like. */
@Command
final class ZoneStateCommand extends DeviceCommand {
  @Mixin NamespaceOption namespace;
  @Mixin ZoneOption zone;

  @Option(
      names = {"-a", "--all"},
      description = "In place of a zone: all that it can be done to.")
  boolean all;

  @Mixin Consent consent;

  private final ZoneAction action;
  private final boolean destroys;

  ZoneStateCommand(Outside outside, ZoneAction action, boolean destroys) {
    super(outside);
    this.action = action;
    this.destroys = destroys;
  }

  @Override
  void check() {
    if (zone.fault() != null) {
      throw wrong(zone.fault());
    }
    if (all == zone.isGiven()) {
      throw wrong("say which zone (--zone N or --start BLOCK), or --all");
    }
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Namespace of = opened.namespace(namespace.nsid);
    ZonedNamespace zoned = Zones.require(opened, of);
    long start = all ? 0 : zone.of(zoned);
    String verb = action.name().toLowerCase(Locale.ROOT);
    String which = all ? "all zones" : "the zone at block " + start;
    if (destroys) {
      Writable.require(opened, of);
      String what =
          "%s of %s of namespace %s of %s cannot be undone"
              .formatted(verb, which, Integer.toUnsignedString(of.nsid()), opened.name());
      consent.require(outside().terminal(), what, opened.name());
    }
    try (ZonePipe pipe = new ZonePipe(opened, zoned)) {
      if (all) {
        pipe.manageAll(action);
      } else {
        pipe.manage(action, start);
      }
    }
    if (output.isJson()) {
      ObjectNode json = Json.object().put("nsid", Integer.toUnsignedLong(of.nsid()));
      json.put("action", verb).put("all", all);
      Json.print(all ? json : json.put("slba", start), out());
    } else {
      out().println("zns-" + verb + "-zone: Success, " + which);
    }
  }
}
