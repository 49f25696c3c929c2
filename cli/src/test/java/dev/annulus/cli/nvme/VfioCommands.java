// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * {@code annulus nvme} on a device by VFIO; run by {@code ./dev guest}. The device is the kernel's
 * first, and is given to VFIO by the very words that the command says then.
 */
@Timeout(120)
class VfioCommands {
  private static final String ADDRESS = System.getProperty("annulus.vfio", "");
  private static final String DEVICE = "vfio:" + ADDRESS;
  private static final Path BUS = Path.of("/sys/bus/pci");
  private static final int BLOCK = 512;

  @TempDir Path temporary;
  private final Typed typed = new Typed(null).root(Path.of("/"));

  @BeforeEach
  void isTheKernels() throws Exception {
    Path function = BUS.resolve("devices").resolve(ADDRESS);
    Files.writeString(function.resolve("driver_override"), "nvme");
    if (Files.exists(function.resolve("driver"))) {
      Files.writeString(function.resolve("driver/unbind"), ADDRESS);
    }
    Files.writeString(BUS.resolve("drivers_probe"), ADDRESS);
  }

  /** Does what the refusal says, but for loading a module that is there. */
  private void give() throws Exception {
    String told = typed.refused(ExitCode.DEVICE_UNUSABLE, "held by the driver nvme", "id", DEVICE);
    String start = "modprobe vfio-pci && ";
    String words = told.substring(told.indexOf(start) + start.length());
    assertEquals(
        0, new ProcessBuilder("sh", "-c", words).inheritIO().start().waitFor(), () -> words);
  }

  @AfterEach
  void close() {
    typed.close();
  }

  private JsonNode listed() throws Exception {
    for (JsonNode each : typed.json("list", "--json").path("Controllers")) {
      if (each.path("Address").asString().equals(ADDRESS)) {
        return each;
      }
    }
    throw new AssertionError("not listed: " + ADDRESS);
  }

  @Test
  void theListSaysWhoHasIt() throws Exception {
    assertEquals("nvme", listed().path("Driver").asString());
    give();
    assertEquals("vfio-pci", listed().path("Driver").asString());
    JsonNode devices = typed.json("list", DEVICE, "--json").path("Devices");
    assertTrue(devices.toString().contains(DEVICE), devices::toString);
    String text = typed.done("list", DEVICE);
    assertTrue(text.contains("open it as " + DEVICE), text);
  }

  @Test
  void whatItIs() throws Exception {
    give();
    JsonNode controller = typed.json("id", DEVICE, "--json");
    assertEquals("ANNULUS", controller.path("sn").asString());
    assertEquals("QEMU NVMe Ctrl", controller.path("mn").asString());
    assertEquals(
        9, typed.json("id", DEVICE, "-n", "1", "--json").path("lbafs").path(0).path("ds").asInt());
    assertTrue(typed.done("smart", DEVICE).contains("temperature"));
    assertTrue(typed.json("smart", DEVICE, "--json").path("avail_spare").isNumber());
    assertTrue(typed.done("errors", DEVICE).contains("Error Log Entries"));
    assertEquals(4, typed.json("ns", "list", DEVICE, "--json").path("nsid_list").size());
    typed.refused(ExitCode.NOT_FOUND, "attached are [1, 2, 3, 4]", "id", DEVICE, "-n", "9");
  }

  @Test
  void whatIsWrittenIsReadAlsoAfterAReset() throws Exception {
    give();
    byte[] bytes = new byte[300 * BLOCK];
    new Random(8).nextBytes(bytes);
    Path in = Files.write(temporary.resolve("in"), bytes);
    String[] write = {"write", DEVICE, "-n", "1", "-s", "8", "--from", in.toString()};
    typed.refused(ExitCode.NOT_CONFIRMED, "say --force", write);
    typed.answer("y").done(write);
    typed.done("flush", DEVICE, "-n", "1");
    assertTrue(typed.done("reset", DEVICE).contains("ready again"));
    Path out = temporary.resolve("out");
    typed.done("read", DEVICE, "-n", "1", "-s", "8", "-b", "300", "--to", out.toString());
    assertArrayEquals(bytes, Files.readAllBytes(out));
    typed.refused(
        ExitCode.USAGE, "go over its end", "read", DEVICE, "-n", "1", "-b", "99999999999");
  }

  @Test
  void aFormatChangesTheBlocks() throws Exception {
    give();
    typed.done("format", DEVICE, "-n", "1", "-b", "4096", "--force");
    assertEquals(4096, blockSize());
    typed.done("format", DEVICE, "-n", "1", "-b", "512", "--force");
    assertEquals(BLOCK, blockSize());
  }

  private int blockSize() throws Exception {
    JsonNode all = typed.json("ns", "list", DEVICE, "--json").path("nsid_list");
    return all.path(0).path("block_size").asInt();
  }

  @Test
  void zonesAreReportedAppendedToAndReset() throws Exception {
    give();
    typed.done("zones", "reset", DEVICE, "-n", "4", "--all", "--force");
    typed
        .input(new byte[BLOCK])
        .done("zones", "append", DEVICE, "-n", "4", "-z", "3", "--bytes", "512");
    JsonNode zone =
        typed
            .json("zones", "report", DEVICE, "-n", "4", "-z", "3", "-d", "1", "--json")
            .path("zone_list")
            .path(0);
    assertEquals(zone.path("slba").asLong() + 1, zone.path("wp").asLong(), zone::toString);
  }

  @Test
  void aLoad() throws Exception {
    give();
    JsonNode json = typed.json("bench", DEVICE, "-n", "1", "--seconds", "0.5", "--json");
    assertTrue(json.path("commands").asLong() > 0, json::toString);
  }
}
