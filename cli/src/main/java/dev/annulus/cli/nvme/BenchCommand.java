// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.option.SizeConverter;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.ControllerOptions;
import dev.annulus.nvme.Namespace;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus nvme bench}. */
@Command(
    name = "bench",
    description = {
      "Measure a namespace: operations a second, latency, doorbell writes and software cost an",
      "operation, of one thread with one queue pair that polls.",
      "",
      "Of a model: the device is this process too, on a thread of its own.",
      ""
    })
final class BenchCommand extends DeviceCommand {
  private static final int MOST_DEPTH = 1023;
  private static final long MOST_BYTES = 16 << 20;
  private static final int MOST_SECONDS = 86_400;

  /** The load, with the names that fio gives. */
  enum Load {
    READ,
    WRITE,
    RANDREAD,
    RANDWRITE;

    boolean writes() {
      return this == WRITE || this == RANDWRITE;
    }

    boolean isRandom() {
      return this == RANDREAD || this == RANDWRITE;
    }
  }

  @Mixin NamespaceOption namespace;
  @Mixin BlockRange range;

  @Option(
      names = "--rw",
      paramLabel = "LOAD",
      defaultValue = "randread",
      description = "read, write, randread or randwrite. Default: randread.")
  Load load;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "32",
      description = "Commands in flight, 1 to " + MOST_DEPTH + ". Default: 32.")
  int depth;

  @Option(
      names = "--block-size",
      paramLabel = "BYTES",
      defaultValue = "4K",
      converter = SizeConverter.class,
      description = "Bytes a command, whole blocks, at most 16M. Default: 4K.")
  long bytes;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How long. Default: 5.")
  double seconds;

  @Mixin Consent consent;

  BenchCommand(Outside outside) {
    super(outside);
  }

  @Override
  void check() {
    if (range.fault() != null) {
      throw wrong(range.fault());
    }
    if (depth < 1 || depth > MOST_DEPTH) {
      throw wrong("--depth " + depth + ": must be 1 to " + MOST_DEPTH);
    }
    if (bytes < 1 || bytes > MOST_BYTES) {
      throw wrong("--block-size " + bytes + ": must be 1 to " + MOST_BYTES);
    }
    if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
      throw wrong("--seconds " + seconds + ": must be more than 0, at most " + MOST_SECONDS);
    }
  }

  /** It polls: interrupts would only cost. */
  @Override
  ControllerOptions options() {
    return ControllerOptions.DEFAULT.withQueuePairs(1);
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Namespace of = opened.namespace(namespace.nsid);
    BenchPlan plan = plan(of);
    PlainCommands.require(opened, of);
    if (load.writes()) {
      Writable.require(opened, of);
      if (Zones.find(opened, of) != null) {
        throw new CommandException(
            ExitCode.USAGE,
            "--rw: a namespace of zones is not written to at any place; measure reads");
      }
      String what =
          "bench --rw %s overwrites blocks %d to %d of namespace %s of %s"
              .formatted(
                  load.name().toLowerCase(Locale.ROOT),
                  plan.first(),
                  plan.first() + plan.places() * plan.blocks() - 1,
                  Integer.toUnsignedString(of.nsid()),
                  opened.name());
      consent.require(outside().terminal(), what, opened.name());
    }
    BenchResult result = Bench.run(opened, of, plan);
    if (output.isJson()) {
      ObjectNode json = Json.object().put("device", opened.name());
      json.put("nsid", Integer.toUnsignedLong(of.nsid()));
      json.put("rw", load.name().toLowerCase(Locale.ROOT)).put("depth", depth);
      json.setAll(result.json());
      Json.print(json, out());
    } else {
      result.print(out());
    }
  }

  private BenchPlan plan(Namespace of) throws CommandException {
    if (bytes % of.blockSize() != 0) {
      throw new CommandException(
          ExitCode.USAGE,
          "--block-size %d: namespace %s has blocks of %d bytes; say a multiple"
              .formatted(bytes, Integer.toUnsignedString(of.nsid()), of.blockSize()));
    }
    int blocks = (int) (bytes / of.blockSize());
    BlockRange.Range chosen = range.of(of);
    if (chosen.count() < blocks) {
      throw new CommandException(
          ExitCode.USAGE,
          "--block-size %d: there are only %d blocks of %d bytes to use"
              .formatted(bytes, chosen.count(), of.blockSize()));
    }
    return new BenchPlan(
        load.writes(),
        load.isRandom(),
        depth,
        blocks,
        chosen.first(),
        chosen.count() / blocks,
        (long) (seconds * 1e9));
  }
}
