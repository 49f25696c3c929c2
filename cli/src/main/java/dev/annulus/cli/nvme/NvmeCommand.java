// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code annulus nvme}: only its subcommands do something. */
@Command(
    name = "nvme",
    description = {
      "Drive an NVMe controller from this process, without the kernel's driver.",
      "",
      "A DEVICE is one of",
      "  model:FILE[:SIZE]   a controller in software over a file, which is made that long where",
      "                      needed; model::SIZE over memory. After a ?, with & between them:",
      "                      block-size=N (512 to 65536, else 4096), unallocated=SIZE for",
      "                      namespaces to be created; of memory also zone-size=SIZE,",
      "                      zone-capacity=SIZE, max-open=N, max-active=N",
      "  vfio:PCI-ADDRESS    hardware that the driver vfio-pci has, as vfio:0000:05:00.0",
      "  qemu:FILE[:SIZE]    the controller of a QEMU that is started for it, over a file; after a",
      "                      ?, block-size=N (512 to 4096, else 512), zone-size=SIZE",
      "",
      "Each command starts the controller, does one thing, and shuts it down. What destroys data",
      "asks on the terminal, and needs --force elsewhere (exit status 11).",
      ""
    })
public final class NvmeCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  private NvmeCommand() {}

  /**
   * The command with its subcommands.
   *
   * @param outside the world
   * @return to be added to another
   */
  public static CommandLine line(Outside outside) {
    return new CommandLine(new NvmeCommand())
        .addSubcommand(new ListCommand(outside))
        .addSubcommand(new IdCommand(outside))
        .addSubcommand(new SmartCommand(outside))
        .addSubcommand(new ErrorsCommand(outside))
        .addSubcommand(new ReadCommand(outside))
        .addSubcommand(new WriteCommand(outside))
        .addSubcommand(new FlushCommand(outside))
        .addSubcommand(new FormatCommand(outside))
        .addSubcommand(NsCommand.line(outside))
        .addSubcommand(ZonesCommand.line(outside))
        .addSubcommand(new ResetCommand(outside))
        .addSubcommand(new BenchCommand(outside));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE.status();
  }
}
