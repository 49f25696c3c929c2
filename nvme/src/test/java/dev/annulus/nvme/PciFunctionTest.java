// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can and cannot be had by VFIO, and what to do about it. */
class PciFunctionTest {
  private static final String ADDRESS = "0000:04:00.0";

  @TempDir Path bus;
  private Path function;

  @BeforeEach
  void make() throws Exception {
    function = Files.createDirectories(bus.resolve("devices").resolve(ADDRESS));
    Files.writeString(function.resolve("class"), "0x010802\n");
    Files.createSymbolicLink(function.resolve("driver"), bus.resolve("drivers/vfio-pci"));
    Files.createSymbolicLink(function.resolve("iommu_group"), bus.resolve("iommu_groups/17"));
  }

  private void assertRefused(String... texts) {
    NvmeException e = assertThrows(NvmeException.class, () -> PciFunction.at(bus, ADDRESS).group());
    for (String text : texts) {
      assertTrue(e.getMessage().contains(text), e::getMessage);
    }
  }

  @Test
  void itsGroup() throws Exception {
    assertEquals(17, PciFunction.at(bus, ADDRESS).group());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "04:00.0", "0000:04:00", "../../x", "0000:04:00.8", "0000:04:00.0 "})
  void noAddress(String address) {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> PciFunction.at(bus, address))
            .getMessage()
            .contains("lspci -D"));
  }

  @Test
  void notThere() throws Exception {
    Files.move(function, bus.resolve("devices/0000:05:00.0"));
    assertRefused(ADDRESS, "no such device", "lspci -D");
  }

  @Test
  void noController() throws Exception {
    Files.writeString(function.resolve("class"), "0x020000\n");
    assertRefused("no NVMe controller", "0x020000");
  }

  @Test
  void heldByAnotherDriver() throws Exception {
    Files.delete(function.resolve("driver"));
    Files.createSymbolicLink(function.resolve("driver"), bus.resolve("drivers/nvme"));
    assertRefused("held by the driver nvme", "driver_override", "unbind", "drivers_probe");
  }

  @Test
  void heldByNone() throws Exception {
    Files.delete(function.resolve("driver"));
    assertRefused("no driver", "driver_override", "drivers_probe");
  }

  @Test
  void noIommu() throws Exception {
    Files.delete(function.resolve("iommu_group"));
    assertRefused("no IOMMU", "intel_iommu=on");
  }
}
