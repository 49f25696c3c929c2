// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.nvme.NamespaceAdmin;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code annulus nvme ns attach}. */
@Command(name = "attach", description = "Attach a namespace to controllers.")
final class NsAttachCommand extends DeviceCommand {
  @Mixin AttachmentOptions what;

  NsAttachCommand(Outside outside) {
    super(outside);
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Managed.require(opened);
    NamespaceAdmin namespaces = opened.controller().admin().namespaces();
    namespaces.attach(what.nsid(), what.controllers(opened));
    what.print("attach-ns", output.isJson(), out());
  }
}
