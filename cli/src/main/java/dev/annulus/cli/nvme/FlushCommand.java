// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.Namespace;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code annulus nvme flush}. */
@Command(name = "flush", description = "Make durable what was written to a namespace.")
final class FlushCommand extends DeviceCommand {
  @Mixin NamespaceOption namespace;

  FlushCommand(Outside outside) {
    super(outside);
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Namespace of = opened.namespace(namespace.nsid);
    try (BlockPipe pipe = new BlockPipe(opened, of)) {
      pipe.flush();
    }
    if (output.isJson()) {
      Json.print(Json.object().put("nsid", Integer.toUnsignedLong(of.nsid())), out());
    } else {
      out().println("NVMe Flush: success");
    }
  }
}
