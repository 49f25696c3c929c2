// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.QemuOptions;
import dev.annulus.nvme.QemuTransport;
import dev.annulus.nvme.Transport;
import java.io.IOException;

/** Starts the QEMUs that {@code qemu:} names: a controller with one namespace over a file. */
final class QemuDevices {
  private static final int BLOCK_SIZE = 512;
  private static final int MOST_BLOCK = 4096;
  private static final long MOST_BYTES = 1L << 50;

  private QemuDevices() {}

  static Transport open(DeviceUrl url) throws CommandException, IOException {
    Settings settings = new Settings(url);
    long block = settings.number("block-size", BLOCK_SIZE, MOST_BLOCK, BLOCK_SIZE);
    long zone = settings.number("zone-size", 0, MOST_BYTES, 0);
    settings.refuseOthers();
    if (Long.bitCount(block) != 1 || zone % block != 0) {
      throw settings.wrong("blocks are a power of two, and zones whole blocks");
    }
    ModelFile file = ModelDevices.file(url, settings);
    if (file.file() == null) {
      throw settings.wrong("a QEMU needs a file");
    }
    file.open((int) block).close();
    String kind = ",logical_block_size=%d,physical_block_size=%d".formatted(block, block);
    String zones = zone == 0 ? "" : ",zoned=true,zoned.zone_size=" + zone;
    try {
      return QemuTransport.start(
          QemuOptions.of(
              "-blockdev",
              "driver=file,node-name=disk,filename=" + quoted(file),
              "-device",
              "nvme,serial=ANNULUS,id=annulus",
              "-device",
              "nvme-ns,bus=annulus,drive=disk,nsid=1" + kind + zones));
    } catch (NvmeException e) {
      throw new CommandException(ExitCode.DEVICE_UNUSABLE, url + ": " + e.getMessage(), e);
    }
  }

  /** QEMU's way to write a comma in a value. */
  private static String quoted(ModelFile file) {
    return file.file().toAbsolutePath().toString().replace(",", ",,");
  }
}
