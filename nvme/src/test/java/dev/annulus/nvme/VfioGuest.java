// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The controller that {@code ./dev guest} has made for the tests, and which driver has it. */
final class VfioGuest {
  private static final Path BUS = Path.of("/sys/bus/pci");

  /** Its address; the tests of this kind are run where there is one. */
  static final String ADDRESS = System.getProperty("annulus.vfio", "");

  private VfioGuest() {}

  /** Gives it to a driver. */
  static void give(String driver) throws IOException {
    Path function = BUS.resolve("devices").resolve(ADDRESS);
    Path current = function.resolve("driver");
    if (Files.exists(current)) {
      if (Files.readSymbolicLink(current).endsWith(driver)) {
        return;
      }
      Files.writeString(current.resolve("unbind"), ADDRESS);
    }
    Files.writeString(function.resolve("driver_override"), driver);
    Files.writeString(BUS.resolve("drivers_probe"), ADDRESS);
  }

  static VfioTransport open() throws IOException {
    give("vfio-pci");
    return VfioTransport.open(ADDRESS);
  }
}
