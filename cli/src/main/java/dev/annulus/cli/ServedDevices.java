// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.nvme.Device;
import dev.annulus.cli.nvme.DeviceUrl;
import dev.annulus.cli.nvme.Devices;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.ControllerOptions;
import dev.annulus.nvme.NvmeScheme;
import dev.annulus.scheme.SchemeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The controllers that a host serves. To be closed after the host. */
final class ServedDevices implements AutoCloseable {
  private final List<Device> devices = new ArrayList<>();

  private ServedDevices() {}

  /** Reads the value of {@code --nvme}: a device, or the file of a model. */
  static DeviceUrl parse(String text) throws CommandException {
    DeviceUrl url = DeviceUrl.parse(DeviceUrl.isOne(text) ? text : "model:" + text);
    if (url.scheme() == DeviceUrl.Scheme.QEMU) {
      throw new CommandException(
          ExitCode.USAGE,
          "--nvme " + text + ": a QEMU's controller does not reach the memory of a host's clients");
    }
    return url;
  }

  static ServedDevices start(Devices devices, List<DeviceUrl> urls, int reactors)
      throws CommandException, IOException {
    ControllerOptions options =
        ControllerOptions.DEFAULT.withQueuePairs(reactors).withInterrupts(true);
    ServedDevices started = new ServedDevices();
    try {
      for (DeviceUrl url : urls) {
        started.devices.add(devices.open(url, options));
      }
      return started;
    } catch (CommandException | IOException | RuntimeException e) {
      started.close();
      throw e;
    }
  }

  /** The scheme {@code nvme:}, where there is a controller. */
  List<SchemeFactory> schemes() {
    return devices.isEmpty()
        ? List.of()
        : List.of(NvmeScheme.over(devices.stream().map(Device::controller).toList()));
  }

  /** May be called twice: by the main thread, and by the one that a signal started. */
  @Override
  public synchronized void close() throws IOException {
    IOException failure = null;
    for (Device device : devices) {
      try {
        device.close();
      } catch (IOException e) {
        failure = failure == null ? e : failure;
      }
    }
    devices.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
