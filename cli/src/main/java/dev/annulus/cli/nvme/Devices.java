// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.nvme.ControllerOptions;
import java.io.IOException;

/** Opens devices; in tests, others. */
@FunctionalInterface
public interface Devices {
  /**
   * Opens a device and starts its controller.
   *
   * @param url which
   * @param options how
   * @return the device, the caller's to close
   * @throws CommandException where it cannot be had as it is
   * @throws IOException where what is behind it fails
   */
  Device open(DeviceUrl url, ControllerOptions options) throws CommandException, IOException;
}
