// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What sysfs says of a function on the PCI bus, checked: that VFIO can give it to us. */
final class PciFunction {
  private static final String ADDRESS = "[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]";
  private static final String NVME = "0x010802";
  private static final String OURS = "vfio-pci";

  private final Path bus;
  private final String address;

  private PciFunction(Path bus, String address) {
    this.bus = bus;
    this.address = address;
  }

  static PciFunction at(String address) {
    return at(Path.of("/sys/bus/pci"), address);
  }

  /** In tests, with another bus. */
  static PciFunction at(Path bus, String address) {
    if (!address.matches(ADDRESS)) {
      throw new IllegalArgumentException(
          "'" + address + "' is no PCI address: must be as 0000:04:00.0; lspci -D shows them");
    }
    return new PciFunction(bus, address);
  }

  /**
   * Its IOMMU group.
   *
   * @throws NvmeException where it cannot be had by VFIO as it is
   */
  int group() throws NvmeException {
    Path function = bus.resolve("devices").resolve(address);
    if (!Files.isDirectory(function)) {
      throw new NvmeException(
          address + ": no such device on the PCI bus: lspci -D shows those that there are");
    }
    String kind = text(function.resolve("class"));
    if (!kind.equals(NVME)) {
      throw new NvmeException(
          address + " is no NVMe controller: its class is " + kind + ", not " + NVME);
    }
    String driver = name(function.resolve("driver"));
    if (!OURS.equals(driver)) {
      throw new NvmeException(held(function, driver));
    }
    String group = name(function.resolve("iommu_group"));
    if (group == null) {
      throw new NvmeException(
          address
              + " has no IOMMU before it: it could reach all memory of the machine. Turn the IOMMU"
              + " on in the firmware and on the kernel's command line (intel_iommu=on)");
    }
    return Integer.parseInt(group);
  }

  private String held(Path function, String driver) {
    String unbind =
        driver == null ? "" : " && echo " + address + " > " + function.resolve("driver/unbind");
    return address
        + (driver == null ? " has no driver" : " is held by the driver " + driver)
        + ": make sure that nothing of it is mounted, then give it to "
        + OURS
        + ": modprobe vfio-pci && echo vfio-pci > "
        + function.resolve("driver_override")
        + unbind
        + " && echo "
        + address
        + " > "
        + bus.resolve("drivers_probe");
  }

  private String text(Path file) throws NvmeException {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new NvmeException("reading " + file + ": it may have been removed", e);
    }
  }

  /** What a link's target is called, or null where there is none. */
  private static String name(Path link) {
    try {
      return Files.readSymbolicLink(link).getFileName().toString();
    } catch (IOException e) {
      return null;
    }
  }
}
