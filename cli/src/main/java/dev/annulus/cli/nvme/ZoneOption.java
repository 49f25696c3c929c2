// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.ZonedNamespace;
import picocli.CommandLine.Option;

/** Which zone is meant. */
final class ZoneOption {
  @Option(
      names = {"-s", "--start"},
      paramLabel = "BLOCK",
      description = "The zone that begins with this block.")
  Long start;

  @Option(
      names = {"-z", "--zone"},
      paramLabel = "N",
      description = "In place of --start: the zone of this number, from 0.")
  Long number;

  boolean isGiven() {
    return start != null || number != null;
  }

  String fault() {
    return start != null && number != null ? "--start and --zone: say one of them" : null;
  }

  /** The zone's first block. */
  long of(ZonedNamespace zoned) throws CommandException {
    long last = zoned.zones() - 1;
    if (number != null && (number < 0 || number > last)) {
      throw new CommandException(
          ExitCode.USAGE, "--zone " + number + ": there are zones 0 to " + last);
    }
    long block = number != null ? number * zoned.zoneSize() : start;
    if (block < 0 || block >= zoned.namespace().blocks() || block % zoned.zoneSize() != 0) {
      throw new CommandException(
          ExitCode.USAGE,
          "--start %d: zones begin at multiples of %d, the last at %d"
              .formatted(block, zoned.zoneSize(), last * zoned.zoneSize()));
    }
    return block;
  }
}
