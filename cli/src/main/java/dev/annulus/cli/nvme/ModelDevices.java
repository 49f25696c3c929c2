// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.nvme.Backing;
import dev.annulus.nvme.ModelBuilder;
import dev.annulus.nvme.ModelController;
import dev.annulus.nvme.Transport;
import java.io.IOException;

/** Makes the controllers that {@code model:} names. */
final class ModelDevices {
  private static final int LEAST_BLOCK = 512;
  private static final int MOST_BLOCK = 65_536;
  private static final int MOST_ZONES = 1 << 20;
  private static final long MOST_BYTES = 1L << 50;

  private ModelDevices() {}

  static Transport open(DeviceUrl url, int queuePairs) throws CommandException, IOException {
    Settings settings = new Settings(url);
    int block =
        (int) settings.number("block-size", LEAST_BLOCK, MOST_BLOCK, DeviceUrl.MODEL_BLOCK_SIZE);
    long unallocated = settings.number("unallocated", 0, MOST_BYTES, 0);
    long zone = settings.number("zone-size", 0, MOST_BYTES, 0);
    long capacity = settings.number("zone-capacity", 1, MOST_BYTES, zone);
    int open = (int) settings.number("max-open", 0, MOST_ZONES, 0);
    int active = (int) settings.number("max-active", 0, MOST_ZONES, open);
    ModelFile file = file(url, settings);
    settings.refuseOthers();
    if (Integer.bitCount(block) != 1) {
      throw settings.wrong("block-size=" + block + ": must be a power of two");
    }
    if (zone > 0 && file.file() != null) {
      throw settings.wrong(
          "zones are empty at each start, which would erase "
              + file
              + ": take memory, as in model::64M?zone-size=1M");
    }
    ModelBuilder builder = ModelController.builder().queuePairs(queuePairs).threaded(true);
    if (unallocated > 0) {
      builder.management(unallocated, Backing::memory);
    }
    try {
      builder.namespace(file.open(block), block);
      if (zone > 0) {
        builder.zoned(zone / block, capacity / block, open, active);
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw settings.wrong(e.getMessage());
    }
  }

  /** What the blocks are in. */
  static ModelFile file(DeviceUrl url, Settings settings) throws CommandException {
    try {
      return ModelFile.parse(url.target());
    } catch (IllegalArgumentException e) {
      throw settings.wrong(e.getMessage());
    }
  }
}
