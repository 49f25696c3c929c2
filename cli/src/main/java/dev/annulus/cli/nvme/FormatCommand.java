// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.FormatSpec;
import dev.annulus.nvme.FormatSpec.Erase;
import dev.annulus.nvme.IdentifyNamespace;
import dev.annulus.nvme.LbaFormat;
import dev.annulus.nvme.NamespaceAdmin;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code annulus nvme format}. */
@Command(
    name = "format",
    description = {
      "Give a namespace another format (Format NVM). All that is in it is lost.",
      "",
      "annulus nvme id -n NSID shows the formats that there are.",
      ""
    })
final class FormatCommand extends DeviceCommand {
  private static final int MOST_PROTECTION = 3;

  @Option(
      names = {"-n", "--namespace-id"},
      paramLabel = "NSID",
      converter = NamespaceOption.Nsid.class,
      description = "The namespace.")
  Integer nsid;

  @Option(names = "--all", description = "In place of -n: all namespaces of the controller.")
  boolean all;

  @Option(
      names = {"-l", "--lbaf"},
      paramLabel = "N",
      description = "The format's number. Default: the one in use.")
  Integer format;

  @Option(
      names = {"-b", "--block-size"},
      paramLabel = "BYTES",
      description = "In place of --lbaf: the best format with such blocks and no metadata.")
  Integer blockSize;

  @Option(
      names = {"-s", "--ses"},
      paramLabel = "N",
      defaultValue = "0",
      description = "What is erased: 0 no more than needed, 1 user data, 2 the key. Default: 0.")
  int erase;

  @Option(
      names = {"-i", "--pi"},
      paramLabel = "TYPE",
      defaultValue = "0",
      description = "Protection information of this type, 1 to 3; 0 for none. Default: 0.")
  int protection;

  @Option(
      names = {"-p", "--pil"},
      description = "Protection information comes first in the metadata, not last.")
  boolean first;

  @Option(
      names = {"-m", "--ms"},
      description = "Metadata follows each block in the same buffer.")
  boolean extended;

  @Option(
      names = {"-t", "--timeout"},
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "How long it may take. Default: 600.")
  int seconds;

  @Mixin Consent consent;

  FormatCommand(Outside outside) {
    super(outside);
  }

  @Override
  void check() {
    if (all == (nsid != null)) {
      throw wrong("say which namespace (-n NSID), or --all");
    }
    if (format != null && blockSize != null) {
      throw wrong("--lbaf and --block-size: say one of them");
    }
    if (erase < 0 || erase >= Erase.values().length) {
      throw wrong("--ses " + erase + ": must be 0, 1 or 2");
    }
    if (protection < 0 || protection > MOST_PROTECTION || seconds < 1) {
      throw wrong("--pi is 0 to " + MOST_PROTECTION + ", and --timeout at least 1 second");
    }
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    int model = all ? anyOf(opened) : opened.active(nsid);
    IdentifyNamespace is = opened.controller().admin().namespace(model);
    LbaFormat chosen = choose(is);
    FormatSpec spec =
        new FormatSpec(
            chosen.index(), extended, protection, first, Erase.values()[erase], seconds * 1000L);
    String which = all ? "all namespaces" : "namespace " + Integer.toUnsignedString(nsid);
    String what =
        "format of %s of %s to blocks of %d + %d bytes destroys all that is there"
            .formatted(which, opened.name(), chosen.blockSize(), chosen.metadata());
    consent.require(outside().terminal(), what, opened.name());
    NamespaceAdmin namespaces = opened.controller().admin().namespaces();
    if (all) {
      namespaces.formatAll(spec);
    } else {
      namespaces.format(nsid, spec);
    }
    if (output.isJson()) {
      Json.print(
          Json.object()
              .put("nsid", all ? 0xFFFF_FFFFL : Integer.toUnsignedLong(nsid))
              .put("lbaf", chosen.index())
              .put("block_size", chosen.blockSize())
              .put("metadata_size", chosen.metadata()),
          out());
    } else {
      out().println("Success formatting namespace:" + (all ? "ffffffff" : hex(nsid)));
    }
  }

  private static String hex(int nsid) {
    return Integer.toHexString(nsid);
  }

  private static int anyOf(Device opened) throws CommandException, IOException {
    List<Integer> active = opened.controller().admin().activeNamespaces();
    if (active.isEmpty()) {
      throw new CommandException(ExitCode.NOT_FOUND, opened.name() + " has no namespace");
    }
    return active.getFirst();
  }

  private LbaFormat choose(IdentifyNamespace is) throws CommandException {
    LbaFormat chosen = format == null && blockSize == null ? is.format() : null;
    for (LbaFormat each : is.formats()) {
      boolean named = format != null && each.index() == format;
      boolean fits = blockSize != null && each.blockSize() == blockSize && each.metadata() == 0;
      boolean better = chosen == null || each.performance() < chosen.performance();
      if (named || fits && better) {
        chosen = each;
      }
    }
    if (chosen == null || chosen.blockSize() == 0) {
      throw new CommandException(ExitCode.USAGE, "no such format; there are" + named(is));
    }
    return chosen;
  }

  private static String named(IdentifyNamespace is) {
    StringBuilder all = new StringBuilder();
    for (LbaFormat each : is.formats()) {
      all.append(all.isEmpty() ? " " : ", ")
          .append("%d: %d + %d bytes".formatted(each.index(), each.blockSize(), each.metadata()));
    }
    return all.toString();
  }
}
