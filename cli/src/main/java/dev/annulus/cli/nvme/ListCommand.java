// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.option.JsonOption;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Facts;
import dev.annulus.cli.text.Json;
import dev.annulus.cli.text.Table;
import dev.annulus.nvme.Admin;
import dev.annulus.nvme.ControllerOptions;
import dev.annulus.nvme.IdentifyController;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus nvme list}. */
@Command(
    name = "list",
    description = {
      "List the controllers on the PCI bus, who has them, and what namespaces there are.",
      "",
      "The kernel is asked for those that its driver has. Others are opened, and started, only",
      "where they are named.",
      ""
    })
final class ListCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "DEVICE",
      description = "Devices to open and to list with the others.")
  List<String> named = new ArrayList<>();

  @Mixin JsonOption output;

  private final Outside outside;

  ListCommand(Outside outside) {
    this.outside = outside;
  }

  @Override
  public Integer call() throws CommandException, IOException {
    List<DeviceUrl> urls = new ArrayList<>();
    for (String text : named) {
      urls.add(DeviceUrl.parse(text));
    }
    List<PciController> controllers = outside.bus().controllers();
    List<Listed> namespaces = new ArrayList<>();
    for (PciController controller : controllers) {
      namespaces.addAll(KernelDevice.namespaces(controller));
    }
    for (DeviceUrl url : urls) {
      namespaces.addAll(opened(url));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      Json.print(json(controllers, namespaces), out);
    } else {
      print(controllers, namespaces, out);
    }
    return ExitCode.OK.status();
  }

  private List<Listed> opened(DeviceUrl url) throws CommandException, IOException {
    ControllerOptions options = ControllerOptions.DEFAULT.withQueuePairs(1);
    List<Listed> all = new ArrayList<>();
    try (Device device = outside.devices().open(url, options)) {
      Admin admin = device.controller().admin();
      IdentifyController is = admin.controller();
      for (int nsid : admin.activeNamespaces()) {
        all.add(Listed.of(url.text(), nsid, is, admin.namespace(nsid)));
      }
    }
    return all;
  }

  private static void print(
      List<PciController> controllers, List<Listed> namespaces, PrintWriter out) {
    if (!namespaces.isEmpty()) {
      Table table = Listed.table();
      namespaces.forEach(each -> each.addTo(table));
      table.print(out);
    }
    if (!namespaces.isEmpty() && !controllers.isEmpty()) {
      out.println();
    }
    Facts facts = new Facts(out);
    for (PciController each : controllers) {
      String driver = each.driver().isEmpty() ? "no driver" : "driver " + each.driver();
      String kernel = each.kernel().isEmpty() ? "" : " (" + each.kernel() + ")";
      String group = each.group().isEmpty() ? "no IOMMU group" : "IOMMU group " + each.group();
      facts.print(
          each.address(),
          "%s%s, %s, %s; %s".formatted(driver, kernel, group, each.state().words, each.advice()));
    }
    if (namespaces.isEmpty() && controllers.isEmpty()) {
      out.println("no NVMe controller on the PCI bus, and no device named");
    }
  }

  private static ObjectNode json(List<PciController> controllers, List<Listed> namespaces) {
    ObjectNode json = Json.object();
    ArrayNode devices = json.putArray("Devices");
    namespaces.forEach(each -> devices.add(each.json()));
    ArrayNode bus = json.putArray("Controllers");
    for (PciController each : controllers) {
      ObjectNode one = bus.addObject().put("Address", each.address()).put("Driver", each.driver());
      one.put("IommuGroup", each.group()).put("KernelDevice", each.kernel());
      one.put("Usable", each.state() == PciController.State.USABLE);
      one.put("State", each.state().words).put("Advice", each.advice());
    }
    return json;
  }
}
