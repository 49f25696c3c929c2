// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.Admin;
import dev.annulus.nvme.IdentifyController;
import dev.annulus.nvme.IdentifyNamespace;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code annulus nvme id}. */
@Command(
    name = "id",
    aliases = {"id-ctrl", "id-ns"},
    description = {
      "Show what a controller says about itself (Identify Controller), or with -n what it says of",
      "a namespace (Identify Namespace).",
      ""
    })
final class IdCommand extends DeviceCommand {
  @Option(
      names = {"-n", "--namespace-id"},
      paramLabel = "NSID",
      converter = NamespaceOption.Nsid.class,
      description = "Show this namespace in place of the controller.")
  Integer nsid;

  @Option(
      names = {"-H", "--human-readable"},
      description = "Say what each field is, and what is offered.")
  boolean words;

  IdCommand(Outside outside) {
    super(outside);
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Admin admin = opened.controller().admin();
    if (nsid == null) {
      controller(admin.controller());
    } else {
      namespace(opened, admin);
    }
  }

  private void controller(IdentifyController is) {
    if (output.isJson()) {
      Json.print(ControllerText.json(is), out());
    } else {
      ControllerText.print(is, words, out());
    }
  }

  private void namespace(Device opened, Admin admin) throws CommandException, IOException {
    IdentifyNamespace is = admin.namespace(opened.active(nsid));
    if (output.isJson()) {
      Json.print(NamespaceText.json(is), out());
    } else {
      NamespaceText.print(is, words, out());
    }
  }
}
