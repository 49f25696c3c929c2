// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.ModelController;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is listed of a bus, here of one that is made of files. */
class PciBusTest {
  private static final String NVME = "0x010802";

  @TempDir Path root;

  private Path function(String address, String kind, String driver, String group)
      throws IOException {
    Path function = root.resolve("sys/bus/pci/devices").resolve(address);
    Files.createDirectories(function);
    Files.writeString(function.resolve("class"), kind + "\n");
    link(function.resolve("driver"), "sys/bus/pci/drivers/" + driver, driver);
    link(function.resolve("iommu_group"), "sys/kernel/iommu_groups/" + group, group);
    return function;
  }

  private void link(Path from, String target, String name) throws IOException {
    if (!name.isEmpty()) {
      Files.createDirectories(root.resolve(target));
      Files.createSymbolicLink(from, root.resolve(target));
    }
  }

  private void kernelDevice(Path function) throws IOException {
    Path device = Files.createDirectories(function.resolve("nvme/nvme3"));
    Files.writeString(device.resolve("serial"), "S1  \n");
    Files.writeString(device.resolve("model"), "Fast disk\n");
    Files.writeString(device.resolve("firmware_rev"), "1.0\n");
    Path namespace = Files.createDirectories(device.resolve("nvme3n2/queue"));
    Files.writeString(namespace.resolve("logical_block_size"), "4096\n");
    Files.writeString(namespace.resolveSibling("size"), "2048\n");
  }

  private void fill() throws IOException {
    kernelDevice(function("0000:01:00.0", NVME, "nvme", "7"));
    function("0000:02:00.0", NVME, "vfio-pci", "8");
    function("0000:03:00.0", NVME, "vfio-pci", "");
    function("0000:04:00.0", NVME, "", "9");
    function("0000:05:00.0", "0x020000", "e1000e", "10");
  }

  @Test
  void controllersAreListedWithWhoHasThem() throws IOException {
    fill();
    try (Typed typed = new Typed(ModelController.builder().build())) {
      String list = typed.root(root).done("list");
      assertTrue(list.contains("/dev/nvme3n2"), list);
      assertTrue(list.contains("driver nvme (nvme3), IOMMU group 7, held by another"), list);
      assertTrue(list.contains("vfio:0000:01:00.0"), list);
      assertTrue(list.contains("driver vfio-pci, IOMMU group 8, can be opened"), list);
      assertTrue(list.contains("driver vfio-pci, no IOMMU group, no IOMMU before it"), list);
      assertTrue(list.contains("no driver, IOMMU group 9"), list);
      assertTrue(!list.contains("0000:05:00.0"), list);
    }
  }

  @Test
  void theListAsJsonHasTheNamesOfNvmeCli() throws IOException {
    fill();
    try (Typed typed = new Typed(ModelController.builder().build())) {
      JsonNode list = typed.root(root).json("list", "--json");
      JsonNode namespace = list.path("Devices").path(0);
      assertEquals("/dev/nvme3n2", namespace.path("DevicePath").asString());
      assertEquals(2, namespace.path("NameSpace").asInt());
      assertEquals("S1", namespace.path("SerialNumber").asString());
      assertEquals("Fast disk", namespace.path("ModelNumber").asString());
      assertEquals(1 << 20, namespace.path("PhysicalSize").asLong());
      assertEquals(256, namespace.path("MaximumLBA").asLong());
      JsonNode controllers = list.path("Controllers");
      assertEquals(4, controllers.size());
      assertEquals("nvme", controllers.path(0).path("Driver").asString());
      assertTrue(controllers.path(1).path("Usable").asBoolean());
    }
  }

  @Test
  void withoutABusNothingIsListed() {
    try (Typed typed = new Typed(ModelController.builder().build())) {
      assertTrue(typed.root(root).done("list").startsWith("no NVMe controller"));
    }
  }

  @Test
  void refusalsHaveAnExitStatus() throws IOException {
    fill();
    PciBus bus = new PciBus(root);
    assertEquals(ExitCode.DEVICE_UNUSABLE, bus.refusal("0000:01:00.0"));
    assertEquals(ExitCode.DEVICE_UNUSABLE, bus.refusal("0000:03:00.0"));
    assertEquals(ExitCode.USAGE, bus.refusal("0000:05:00.0"));
    assertEquals(ExitCode.NOT_FOUND, bus.refusal("0000:06:00.0"));
  }
}
