// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.text.Json;
import dev.annulus.nvme.ControllerField;
import dev.annulus.nvme.NvmeException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which namespace, and which controllers. */
final class AttachmentOptions {
  @Option(
      names = {"-n", "--namespace-id"},
      paramLabel = "NSID",
      required = true,
      converter = NamespaceOption.Nsid.class,
      description = "The namespace.")
  private int nsid;

  @Option(
      names = {"-c", "--controllers"},
      paramLabel = "CNTLID",
      split = ",",
      description = "The controllers' identifiers, with commas. Default: this one.")
  private List<Integer> controllers = new ArrayList<>();

  int nsid() {
    return nsid;
  }

  /** Ascending. */
  int[] controllers(Device device) throws NvmeException {
    return controllers.isEmpty()
        ? new int[] {(int) device.controller().admin().controller().get(ControllerField.CNTLID)}
        : controllers.stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
  }

  void print(String command, boolean json, PrintWriter out) {
    if (json) {
      Json.print(Json.object().put("nsid", Integer.toUnsignedLong(nsid)), out);
    } else {
      out.println(command + ": Success, nsid:" + Integer.toUnsignedString(nsid));
    }
  }
}
