// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.option.SizeConverter;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.Namespace;
import dev.annulus.nvme.Zone;
import dev.annulus.nvme.ZonedNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus nvme zones append}. */
@Command(
    name = "append",
    aliases = "zone-append",
    description = "Write blocks at a zone's write pointer, and say where they are.")
final class ZonesAppendCommand extends DeviceCommand {
  @Mixin NamespaceOption namespace;
  @Mixin ZoneOption zone;

  @Option(
      names = "--bytes",
      paramLabel = "BYTES",
      converter = SizeConverter.class,
      description = "How many, whole blocks. Default: the whole file.")
  Long bytes;

  @Option(
      names = {"-d", "--from"},
      paramLabel = "FILE",
      description = "Where from. Default: standard input.")
  Path file;

  ZonesAppendCommand(Outside outside) {
    super(outside);
  }

  @Override
  void check() throws IOException {
    if (zone.fault() != null || !zone.isGiven()) {
      throw wrong(zone.fault() == null ? "say which zone: --zone or --start" : zone.fault());
    }
    if (file == null && bytes == null) {
      throw wrong("standard input has no length: say --bytes, or name a file (--from)");
    }
    bytes = bytes == null ? Files.size(file) : bytes;
    if (bytes < 1) {
      throw wrong("nothing is to be appended");
    }
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Namespace of = opened.namespace(namespace.nsid);
    ZonedNamespace zoned = Zones.require(opened, of);
    long start = zone.of(zoned);
    BlockRange range = new BlockRange();
    range.bytes = bytes;
    long blocks = range.of(of).count();
    Writable.require(opened, of);
    DataFile.require(file, bytes);
    long first;
    try (ZonePipe pipe = new ZonePipe(opened, zoned);
        InputStream stream = DataFile.open(file, outside().in())) {
      requireRoom(pipe.report(start, null, 1).getFirst(), blocks);
      first = pipe.append(start, blocks, buffer -> DataFile.fill(file, stream, buffer));
    }
    if (output.isJson()) {
      ObjectNode json = Json.object().put("nsid", Integer.toUnsignedLong(of.nsid()));
      Json.print(json.put("slba", start).put("first", first).put("blocks", blocks), out());
    } else {
      out().println("Success appended data to LBA 0x" + Long.toHexString(first));
    }
  }

  private static void requireRoom(Zone zone, long blocks) throws CommandException {
    if (zone.room() < blocks) {
      throw new CommandException(
          ExitCode.NO_SPACE,
          "the zone at block %d is %s and has room for %d blocks, not for %d"
              .formatted(zone.start(), zone.state(), zone.room(), blocks));
    }
  }
}
