// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.ControllerOptions;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.Transport;
import dev.annulus.nvme.VfioTransport;
import java.io.IOException;

/** The devices of this machine. */
final class RealDevices implements Devices {
  private final PciBus bus;

  RealDevices(PciBus bus) {
    this.bus = bus;
  }

  @Override
  public Device open(DeviceUrl url, ControllerOptions options)
      throws CommandException, IOException {
    Transport transport =
        switch (url.scheme()) {
          case MODEL -> ModelDevices.open(url, options.queuePairs());
          case VFIO -> vfio(url);
          case QEMU -> QemuDevices.open(url);
        };
    return Device.start(url.text(), transport, options);
  }

  private Transport vfio(DeviceUrl url) throws CommandException {
    new Settings(url).refuseOthers();
    try {
      return VfioTransport.open(url.target());
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, url + ": " + e.getMessage(), e);
    } catch (NvmeException e) {
      throw new CommandException(bus.refusal(url.target()), e.getMessage(), e);
    }
  }
}
