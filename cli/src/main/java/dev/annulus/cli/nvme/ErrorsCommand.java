// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.ErrorEntry;
import dev.annulus.nvme.NvmeStatus;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus nvme errors}. */
@Command(
    name = "errors",
    aliases = "error-log",
    description = "Show a controller's latest errors, the newest first (Error Information).")
final class ErrorsCommand extends DeviceCommand {
  private static final int MOST = 256;
  private static final int NAME = 13;

  @Option(
      names = {"-e", "--log-entries"},
      paramLabel = "N",
      defaultValue = "64",
      description = "How many at most, 1 to 256. Default: 64.")
  int most;

  ErrorsCommand(Outside outside) {
    super(outside);
  }

  @Override
  void check() {
    if (most < 1 || most > MOST) {
      throw wrong("--log-entries " + most + ": must be 1 to " + MOST);
    }
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    List<ErrorEntry> errors = opened.controller().admin().logs().errors(most);
    if (output.isJson()) {
      ObjectNode json = Json.object();
      ArrayNode all = json.putArray("errors");
      errors.forEach(each -> all.add(json(each)));
      Json.print(json, out());
    } else {
      out().println("Error Log Entries for device:" + opened.name() + " entries:" + errors.size());
      errors.forEach(this::print);
    }
  }

  private void print(ErrorEntry entry) {
    FieldsText text = new FieldsText(out(), NAME);
    out().println(".................");
    text.print("error_count", Long.toUnsignedString(entry.count()));
    text.print("sqid", entry.queue());
    text.print("cmdid", "0x" + Integer.toHexString(entry.command()));
    text.print(
        "status_field", "0x%x (%s)".formatted(entry.status(), NvmeStatus.describe(entry.status())));
    text.print("parm_err_loc", "0x" + Integer.toHexString(entry.location()));
    text.print("lba", "0x" + Long.toHexString(entry.lba()));
    text.print("nsid", "0x" + Integer.toHexString(entry.nsid()));
    text.print("vs", entry.vendorPage());
    text.print("cs", "0x" + Long.toHexString(entry.specific()));
  }

  private static ObjectNode json(ErrorEntry entry) {
    ObjectNode json = Json.object().put("error_count", entry.count()).put("sqid", entry.queue());
    json.put("cmdid", entry.command()).put("status_field", entry.status());
    json.put("status", NvmeStatus.describe(entry.status()));
    json.put("parm_error_location", entry.location()).put("lba", entry.lba());
    json.put("nsid", Integer.toUnsignedLong(entry.nsid())).put("vs", entry.vendorPage());
    return json.put("cs", entry.specific());
  }
}
