// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.Admin;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code annulus nvme ns delete}. */
@Command(name = "delete", description = "Delete a namespace with all that is in it.")
final class NsDeleteCommand extends DeviceCommand {
  @Option(
      names = {"-n", "--namespace-id"},
      paramLabel = "NSID",
      required = true,
      converter = NamespaceOption.Nsid.class,
      description = "The namespace.")
  int nsid;

  @Mixin Consent consent;

  NsDeleteCommand(Outside outside) {
    super(outside);
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Admin admin = opened.controller().admin();
    String name = Integer.toUnsignedString(nsid);
    Managed.require(opened);
    List<Integer> allocated = admin.allocatedNamespaces();
    if (!allocated.contains(nsid)) {
      throw new CommandException(
          ExitCode.NOT_FOUND,
          "%s: there is no namespace %s; allocated are %s"
              .formatted(opened.name(), name, allocated));
    }
    String what =
        "delete of namespace %s of %s destroys all that is in it".formatted(name, opened.name());
    consent.require(outside().terminal(), what, opened.name());
    admin.namespaces().delete(nsid);
    if (output.isJson()) {
      Json.print(Json.object().put("nsid", Integer.toUnsignedLong(nsid)), out());
    } else {
      out().println("delete-ns: Success, deleted nsid:" + name);
    }
  }
}
