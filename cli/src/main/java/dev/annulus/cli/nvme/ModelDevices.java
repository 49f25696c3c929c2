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
  private static final long MOST_BYTES = 1L << 50;

  private ModelDevices() {}

  static Transport open(DeviceUrl url, int queuePairs) throws CommandException, IOException {
    Settings settings = new Settings(url);
    int block =
        (int) settings.number("block-size", LEAST_BLOCK, MOST_BLOCK, DeviceUrl.MODEL_BLOCK_SIZE);
    long unallocated = settings.number("unallocated", 0, MOST_BYTES, 0);
    ModelFile file;
    try {
      file = ModelFile.parse(url.target());
    } catch (IllegalArgumentException e) {
      throw settings.wrong(e.getMessage());
    }
    settings.refuseOthers();
    if (Integer.bitCount(block) != 1) {
      throw settings.wrong("block-size=" + block + ": must be a power of two");
    }
    ModelBuilder builder = ModelController.builder().queuePairs(queuePairs).threaded(true);
    if (unallocated > 0) {
      builder.management(unallocated, Backing::memory);
    }
    builder.namespace(file.open(block), block);
    return builder.build();
  }
}
