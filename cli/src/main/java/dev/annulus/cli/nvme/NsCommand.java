// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code annulus nvme ns}: only its subcommands do something. */
@Command(
    name = "ns",
    description = {
      "List, create, delete, attach and detach namespaces (Namespace Management).",
      "",
      "Example:",
      "  annulus nvme ns create vfio:0000:05:00.0 --blocks 1000000 --lbaf 0 --attach",
      ""
    })
final class NsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  private NsCommand() {}

  static CommandLine line(Outside outside) {
    return new CommandLine(new NsCommand())
        .addSubcommand(new NsListCommand(outside))
        .addSubcommand(new NsCreateCommand(outside))
        .addSubcommand(new NsDeleteCommand(outside))
        .addSubcommand(new NsAttachCommand(outside))
        .addSubcommand(new NsDetachCommand(outside));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE.status();
  }
}
