// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.text.Json;
import dev.annulus.cli.text.Units;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code annulus nvme reset}. */
@Command(
    name = "reset",
    description = "Reset the controller, and wait until it is set up again. No data is lost.")
final class ResetCommand extends DeviceCommand {
  ResetCommand(Outside outside) {
    super(outside);
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    long begin = System.nanoTime();
    opened.controller().reset();
    long nanos = System.nanoTime() - begin;
    if (output.isJson()) {
      Json.print(Json.object().put("reset_ms", Json.rounded(nanos / 1e6)), out());
    } else {
      out().println(opened.name() + ": reset, ready again after " + Units.time(nanos));
    }
  }
}
