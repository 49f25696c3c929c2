// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.Admin;
import dev.annulus.nvme.ControllerField;
import dev.annulus.nvme.NamespaceSpec;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus nvme ns create}. */
@Command(
    name = "create",
    description = {
      "Create a namespace, which is attached to no controller yet.",
      "",
      "(What a model:'s hosts create is gone when the command ends.)",
      ""
    })
final class NsCreateCommand extends DeviceCommand {
  @Option(
      names = {"-b", "--blocks", "--nsze"},
      paramLabel = "N",
      required = true,
      description = "Its size in blocks.")
  long blocks;

  @Option(
      names = {"-c", "--ncap"},
      paramLabel = "N",
      description = "How many of them can be in use at a time. Default: all.")
  Long capacity;

  @Option(
      names = {"-l", "--lbaf"},
      paramLabel = "N",
      defaultValue = "0",
      description = "The format's number. Default: 0.")
  int format;

  @Option(
      names = {"-i", "--dps"},
      paramLabel = "N",
      defaultValue = "0",
      description = "Protection information: its type, plus 8 where it comes first. Default: 0.")
  int protection;

  @Option(names = "--shared", description = "Several controllers may have it attached.")
  boolean shared;

  @Option(
      names = {"-y", "--csi"},
      paramLabel = "N",
      defaultValue = "0",
      description = "Command set: 0 NVM, 2 zoned. Default: 0.")
  int commandSet;

  @Option(names = "--attach", description = "Attach it to this controller, too.")
  boolean attach;

  NsCreateCommand(Outside outside) {
    super(outside);
  }

  private NamespaceSpec described() {
    try {
      long most = capacity == null ? blocks : capacity;
      return new NamespaceSpec(
          blocks, most, format, false, protection, shared, 0, 0, 0, commandSet);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  @Override
  void check() {
    described();
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Admin admin = opened.controller().admin();
    Managed.require(opened);
    int nsid = admin.namespaces().create(described());
    if (attach) {
      admin.namespaces().attach(nsid, (int) admin.controller().get(ControllerField.CNTLID));
    }
    if (output.isJson()) {
      ObjectNode json = Json.object().put("nsid", Integer.toUnsignedLong(nsid));
      Json.print(json.put("attached", attach), out());
    } else {
      out().println("create-ns: Success, created nsid:" + Integer.toUnsignedString(nsid));
    }
  }
}
