// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.option.JsonOption;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.ControllerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that does one thing with one device. */
abstract class DeviceCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "DEVICE",
      description = "model:FILE[:SIZE], vfio:PCI-ADDRESS or qemu:FILE; see annulus help nvme.")
  String device;

  @Mixin JsonOption output;

  private final Outside outside;

  DeviceCommand(Outside outside) {
    this.outside = outside;
  }

  @Override
  public final Integer call() throws CommandException, IOException {
    DeviceUrl url = DeviceUrl.parse(device);
    check();
    try (Device opened = outside.devices().open(url, options())) {
      run(opened);
    }
    return ExitCode.OK.status();
  }

  /** Looks at the arguments, before there is a device. */
  void check() throws CommandException, IOException {}

  /** Does it. */
  abstract void run(Device opened) throws CommandException, IOException;

  /** How the controller is started: with interrupts, so that a wait costs nothing. */
  ControllerOptions options() {
    return ControllerOptions.DEFAULT.withQueuePairs(1).withInterrupts(true);
  }

  final Outside outside() {
    return outside;
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
