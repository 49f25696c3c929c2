// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.nvme.NvmeCommand;
import dev.annulus.cli.nvme.Outside;
import dev.annulus.cli.spi.Extension;
import java.util.ServiceLoader;
import picocli.CommandLine;

/** Puts the command together: its own subcommands, and those of other modules. */
final class Commands {
  private Commands() {}

  static CommandLine create() {
    CommandLine line = new CommandLine(new Annulus());
    line.addSubcommand(new QuickstartCommand());
    line.addSubcommand(new ServeCommand());
    line.addSubcommand(new CopyCommand());
    line.addSubcommand(new CatCommand());
    line.addSubcommand(new StatCommand());
    line.addSubcommand(new DoctorCommand());
    line.addSubcommand(NvmeCommand.line(Outside.ofProcess()));
    for (Extension extension : ServiceLoader.load(Extension.class)) {
      line.addSubcommand(extension.command());
    }
    if (!line.getSubcommands().containsKey("bench")) {
      line.addSubcommand(new NoBenchCommand());
    }
    line.addSubcommand(new HelpCommand());
    line.getCommandSpec()
        .usageMessage()
        .description(
            "Completion rings for the JVM: to the kernel, to another process, to an NVMe device.");
    Failures failures = new Failures();
    line.setExecutionExceptionHandler(failures);
    line.setParameterExceptionHandler(failures);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }
}
