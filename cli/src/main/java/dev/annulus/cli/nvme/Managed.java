// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.ControllerCapability;
import dev.annulus.nvme.NvmeException;

/** Whether a controller lets its hosts make and unmake namespaces. */
final class Managed {
  private Managed() {}

  static void require(Device device) throws CommandException, NvmeException {
    if (!device.controller().admin().controller().has(ControllerCapability.NAMESPACE_MANAGEMENT)) {
      throw new CommandException(
          ExitCode.USAGE,
          device.name()
              + ": its controller has no namespace management (OACS bit 3); its namespaces stay as"
              + " they are. A model: has it with ?unallocated=SIZE");
    }
  }
}
