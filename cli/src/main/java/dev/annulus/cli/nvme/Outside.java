// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * What the commands see of the world; in tests, another one.
 *
 * @param devices opens devices
 * @param bus where controllers are looked for
 * @param terminal who is asked
 * @param in data that is written to a device
 * @param out data that was read from a device
 */
public record Outside(
    Devices devices, PciBus bus, Terminal terminal, InputStream in, OutputStream out) {
  /**
   * The world of this process.
   *
   * @return its streams, its terminal, the devices of this machine
   */
  public static Outside ofProcess() {
    PciBus bus = new PciBus(Path.of("/"));
    return new Outside(
        new RealDevices(bus),
        bus,
        Terminal.ofProcess(),
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out));
  }
}
