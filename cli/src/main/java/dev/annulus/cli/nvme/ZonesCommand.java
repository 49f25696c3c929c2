// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.ZoneAction;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code annulus nvme zones}: only its subcommands do something. */
@Command(
    name = "zones",
    aliases = "zns",
    description = {
      "Report the zones of a namespace, change their states, append to them.",
      "",
      "The end of a command shuts its controller down, which closes the zones that are open. The",
      "zones of a model: and of a qemu: are empty at each start.",
      ""
    })
final class ZonesCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  private ZonesCommand() {}

  static CommandLine line(Outside outside) {
    CommandLine line =
        new CommandLine(new ZonesCommand())
            .addSubcommand(new ZonesReportCommand(outside))
            .addSubcommand(new ZonesAppendCommand(outside));
    add(line, outside, ZoneAction.OPEN, "Open zones explicitly.", false);
    add(line, outside, ZoneAction.CLOSE, "Close zones: they give back their resource.", false);
    add(line, outside, ZoneAction.FINISH, "Finish zones: what is not written stays so.", true);
    add(line, outside, ZoneAction.RESET, "Reset zones: what is written is lost.", true);
    add(line, outside, ZoneAction.OFFLINE, "Take read-only zones offline, for good.", true);
    return line;
  }

  private static void add(
      CommandLine line, Outside outside, ZoneAction action, String description, boolean destroys) {
    CommandLine sub = new CommandLine(new ZoneStateCommand(outside, action, destroys));
    sub.getCommandSpec().usageMessage().description(description);
    line.addSubcommand(action.name().toLowerCase(Locale.ROOT), sub);
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE.status();
  }
}
