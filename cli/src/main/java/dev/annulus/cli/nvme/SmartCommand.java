// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.Logs;
import dev.annulus.nvme.SmartLog;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code annulus nvme smart}. */
@Command(
    name = "smart",
    aliases = "smart-log",
    description = "Show a controller's health (SMART / Health Information).")
final class SmartCommand extends DeviceCommand {
  @Option(
      names = {"-n", "--namespace-id"},
      paramLabel = "NSID",
      converter = NamespaceOption.Nsid.class,
      description = "Show a namespace's health, of controllers that know it.")
  Integer nsid;

  SmartCommand(Outside outside) {
    super(outside);
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Logs logs = opened.controller().admin().logs();
    SmartLog log = nsid == null ? logs.smart() : logs.smart(opened.namespace(nsid).nsid());
    if (output.isJson()) {
      Json.print(SmartText.json(log), out());
    } else {
      SmartText.print(log, out());
    }
  }
}
