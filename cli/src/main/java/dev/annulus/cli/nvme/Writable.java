// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.Namespace;

/** Whether a namespace takes writes. */
final class Writable {
  private Writable() {}

  static void require(Device device, Namespace namespace) throws CommandException {
    if (namespace.readOnly()) {
      throw new CommandException(
          ExitCode.DENIED,
          "namespace %s of %s is write protected: nothing was written"
              .formatted(Integer.toUnsignedString(namespace.nsid()), device.name()));
    }
  }
}
