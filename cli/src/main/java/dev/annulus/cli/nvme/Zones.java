// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.Namespace;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.ZonedNamespace;

/** Looks for the zones of a namespace. */
final class Zones {
  private Zones() {}

  /** The zones of a namespace that must have some. */
  static ZonedNamespace require(Device device, Namespace namespace) throws CommandException {
    try {
      return device.controller().zonedNamespace(namespace.nsid());
    } catch (NvmeException e) {
      throw new CommandException(ExitCode.USAGE, device.name() + ": " + e.getMessage(), e);
    }
  }

  /** The zones of a namespace, or null where it has none that can be used. */
  static ZonedNamespace find(Device device, Namespace namespace) {
    try {
      return device.controller().zonedNamespace(namespace.nsid());
    } catch (NvmeException e) {
      return null;
    }
  }
}
