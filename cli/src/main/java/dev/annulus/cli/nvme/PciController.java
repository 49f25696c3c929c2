// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A controller on the PCI bus, as sysfs shows it.
 *
 * @param address on the bus
 * @param driver that has it, empty for none
 * @param group its IOMMU group, empty where there is no IOMMU before it
 * @param kernel what the kernel's driver calls it, empty where that does not have it
 * @param function its directory in sysfs
 * @param state whether it can be opened
 */
record PciController(
    String address, String driver, String group, String kernel, Path function, State state) {
  private static final String VFIO = "vfio-pci";

  /** Whether a controller can be opened here, or why not. */
  enum State {
    /** By its address. */
    USABLE("can be opened"),

    /** Another driver has it. */
    HELD("held by another driver"),

    /** No driver has it. */
    UNBOUND("no driver has it; it is to be given to vfio-pci"),

    /** It could reach all memory. */
    NO_IOMMU("no IOMMU before it: turn it on in the firmware and the kernel's command line"),

    /** The group's file may not be opened. */
    FORBIDDEN("this user may not open its group in /dev/vfio");

    /** For people. */
    final String words;

    State(String words) {
      this.words = words;
    }
  }

  static PciController read(Path root, Path function) {
    String driver = target(function.resolve("driver"));
    String group = target(function.resolve("iommu_group"));
    return new PciController(
        function.getFileName().toString(),
        driver,
        group,
        KernelDevice.of(function),
        function,
        state(root, driver, group));
  }

  private static State state(Path root, String driver, String group) {
    if (!driver.equals(VFIO)) {
      return driver.isEmpty() ? State.UNBOUND : State.HELD;
    }
    if (group.isEmpty()) {
      return State.NO_IOMMU;
    }
    Path vfio = root.resolve("dev/vfio");
    boolean allowed = mayOpen(vfio.resolve("vfio")) && mayOpen(vfio.resolve(group));
    return allowed ? State.USABLE : State.FORBIDDEN;
  }

  /** What is not there is not forbidden: who opens it says what is missing. */
  private static boolean mayOpen(Path file) {
    return !Files.exists(file) || Files.isReadable(file) && Files.isWritable(file);
  }

  /** What to do, or that nothing is to be done. */
  String advice() {
    return switch (state) {
      case USABLE -> "open it as vfio:" + address;
      case HELD, UNBOUND -> "annulus nvme id vfio:" + address + " says what to write where";
      case NO_IOMMU -> state.words;
      case FORBIDDEN -> "give it the group: chown USER /dev/vfio/" + group;
    };
  }

  /** A file's one line, empty where it cannot be read. */
  static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).getFileName().toString();
    } catch (IOException e) {
      return "";
    }
  }
}
