// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The NVMe controllers on the PCI bus, as sysfs shows them. Nothing is opened.
 *
 * @param root of the file system; in tests, another
 */
record PciBus(Path root) {
  private static final String NVME = "0x010802";

  private Path devices() {
    return root.resolve("sys/bus/pci/devices");
  }

  /** All of them, in the order of their addresses. */
  List<PciController> controllers() throws IOException {
    if (!Files.isDirectory(devices())) {
      return List.of();
    }
    try (Stream<Path> functions = Files.list(devices())) {
      return functions
          .filter(function -> NVME.equals(PciController.text(function.resolve("class"))))
          .sorted()
          .map(function -> PciController.read(root, function))
          .toList();
    }
  }

  /** How a command ends that could not have a device by VFIO. */
  ExitCode refusal(String address) {
    Path function = devices().resolve(address);
    if (!Files.isDirectory(function)) {
      return ExitCode.NOT_FOUND;
    }
    if (!NVME.equals(PciController.text(function.resolve("class")))) {
      return ExitCode.USAGE;
    }
    return PciController.read(root, function).state() == PciController.State.FORBIDDEN
        ? ExitCode.DENIED
        : ExitCode.DEVICE_UNUSABLE;
  }
}
