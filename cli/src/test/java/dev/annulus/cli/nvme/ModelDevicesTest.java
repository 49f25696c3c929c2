// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.ModelController;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The controllers that URLs name. */
class ModelDevicesTest {
  private final Typed typed = new Typed(ModelController.builder().build());

  @TempDir Path temporary;

  @AfterEach
  void close() {
    typed.close();
  }

  @Test
  void aFileIsMadeAsLongAsItIsSaidToBe() throws Exception {
    Path file = temporary.resolve("disk");
    JsonNode list = typed.json("list", "model:" + file + ":64K?block-size=512", "--json");
    assertEquals(65_536, list.path("Devices").path(0).path("PhysicalSize").asLong());
    assertEquals(512, list.path("Devices").path(0).path("SectorSize").asInt());
    assertEquals(65_536, Files.size(file));
  }

  @Test
  void whatIsWrittenStaysInTheFile() throws Exception {
    Path file = temporary.resolve("disk");
    byte[] block = "x".repeat(4096).getBytes(StandardCharsets.US_ASCII);
    typed.input(block).done("write", "model:" + file + ":64K", "--blocks", "1", "--force");
    assertEquals('x', Files.readAllBytes(file)[4095]);
    typed.done("read", "model:" + file, "--blocks", "1");
    assertEquals(4096, typed.data.size());
  }

  @Test
  void memoryHasASizeAlone() throws Exception {
    JsonNode list = typed.json("list", "model::1M?unallocated=2M", "--json");
    assertEquals(1 << 20, list.path("Devices").path(0).path("PhysicalSize").asLong());
  }

  @Test
  void zonesAreOfAnyBlockSize() throws Exception {
    for (String size : new String[] {"512", "4096"}) {
      String device = "model::4M?zone-size=1M&block-size=" + size;
      JsonNode report = typed.json("zones", "report", device, "--json");
      assertEquals(4, report.path("nr_zones").asInt());
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    Path missing = temporary.resolve("missing");
    typed.refused(ExitCode.NOT_FOUND, "with :SIZE it is made", "id", "model:" + missing);
    typed.refused(ExitCode.USAGE, "one block", "id", "model::100");
    typed.refused(ExitCode.USAGE, "power of two", "id", "model::1M?block-size=513");
    typed.refused(ExitCode.USAGE, "512 to 65536", "id", "model::1M?block-size=256");
    typed.refused(ExitCode.USAGE, "is not a size", "id", "model::1M?block-size=big");
    typed.refused(ExitCode.USAGE, "no setting 'blocks'", "id", "model::1M?blocks=512");
    typed.refused(ExitCode.USAGE, "2^63-1", "id", "model::9000000T");
    typed.refused(ExitCode.USAGE, "names no controller", "id", "tcp:1.2.3.4");
    typed.refused(ExitCode.USAGE, "is no PCI address", "id", "vfio:5");
    typed.refused(ExitCode.USAGE, "it has none", "id", "vfio:0000:05:00.0?x=1");
    typed.refused(ExitCode.USAGE, "would erase", "id", "model:" + missing + ":1M?zone-size=64K");
    typed.refused(ExitCode.USAGE, "zones of", "id", "model::1M?zone-size=64K&zone-capacity=128K");
    typed.refused(ExitCode.USAGE, "name a file", "id", "model:" + temporary);
    assertFalse(Files.exists(missing));
  }
}
