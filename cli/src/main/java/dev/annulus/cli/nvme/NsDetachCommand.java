// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.nvme.NamespaceAdmin;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code annulus nvme ns detach}. */
@Command(name = "detach", description = "Detach a namespace from controllers; what is in it stays.")
final class NsDetachCommand extends DeviceCommand {
  @Mixin AttachmentOptions what;

  NsDetachCommand(Outside outside) {
    super(outside);
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Managed.require(opened);
    NamespaceAdmin namespaces = opened.controller().admin().namespaces();
    namespaces.detach(what.nsid(), what.controllers(opened));
    what.print("detach-ns", output.isJson(), out());
  }
}
