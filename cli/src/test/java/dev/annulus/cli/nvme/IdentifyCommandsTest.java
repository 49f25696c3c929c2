// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.Backing;
import dev.annulus.nvme.ModelController;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a controller says of itself: {@code list}, {@code id}, {@code smart}, {@code errors}. */
class IdentifyCommandsTest {
  private final Typed typed =
      new Typed(
          ModelController.builder()
              .namespace(Backing.memory(1 << 20), 512)
              .namespace(Backing.memory(2 << 20), 4096)
              .build());

  @AfterEach
  void close() {
    typed.close();
  }

  private static void assertLine(String text, String name, String value) {
    Pattern line = Pattern.compile("(?m)^" + name + " *: " + value + "$");
    assertTrue(line.matcher(text).find(), text);
  }

  @Test
  void theControllerIsToldWithTheNamesOfNvmeCli() {
    String text = typed.done("id", "model:kept");
    assertLine(text, "sn", "ANNULUS0001");
    assertLine(text, "mn", "Annulus model controller");
    assertLine(text, "mdts", "8");
    assertLine(text, "sqes", "0x66");
    assertLine(text, "cqes", "0x44");
    for (String name : List.of("vid", "fr", "oacs", "oncs", "vwc", "sgls", "nn", "ps    0")) {
      assertLine(text, name, ".+");
    }
  }

  @Test
  void wordsSayWhatAFieldIs() {
    String text = typed.done("id", "model:kept", "-H");
    assertTrue(text.contains("Maximum Data Transfer Size"), text);
    assertLine(text, "offered", ".*format.*");
  }

  @Test
  void theControllerAsJson() throws Exception {
    JsonNode json = typed.json("id", "model:kept", "--json");
    assertEquals("ANNULUS0001", json.path("sn").asString());
    assertEquals(8, json.path("mdts").asInt());
    assertTrue(json.path("psds").size() >= 1);
    assertTrue(json.propertyNames().containsAll(Set.of("vid", "oacs", "oncs", "vwc", "sgls")));
  }

  @Test
  void aNamespaceIsToldWithItsFormats() throws Exception {
    String text = typed.done("id", "model:kept", "-n", "1");
    assertLine(text, "nsze", "0x800");
    assertLine(text, "ncap", "0x800");
    assertLine(text, "nuse", "0x.*");
    assertLine(text, "lbaf  0", "ms:0   lbads:9  rp:0 \\(in use\\)");
    JsonNode json = typed.json("id", "model:kept", "-n", "0x2", "--json");
    assertEquals(512, json.path("nsze").asInt());
    assertEquals(12, json.path("lbafs").path(3).path("ds").asInt());
    assertTrue(json.path("lbafs").path(3).path("in_use").asBoolean());
  }

  @Test
  void aNamespaceThatIsNotThereIsRefused() {
    typed.refused(ExitCode.NOT_FOUND, "attached are [1, 2]", "id", "model:kept", "-n", "3");
    typed.wrong("must be 1 to", "id", "model:kept", "-n", "0");
    typed.wrong("must be 1 to", "id", "model:kept", "-n", "0xFFFFFFFF");
    typed.wrong("is no number", "id", "model:kept", "-n", "one");
  }

  @Test
  void healthIsToldWithTheNamesOfNvmeCli() throws Exception {
    String text = typed.done("smart", "model:kept");
    assertLine(text, "critical_warning", "0");
    assertLine(text, "temperature", "\\d+ C \\(\\d+ K\\)");
    assertLine(text, "available_spare", "100%");
    assertLine(text, "Critical Composite Temperature Time", "0");
    JsonNode json = typed.json("smart", "model:kept", "--json");
    assertEquals(100, json.path("avail_spare").asInt());
    assertTrue(json.path("power_cycles").isNumber());
  }

  @Test
  void withoutErrorsTheirLogIsEmpty() throws Exception {
    String text = typed.done("errors", "model:kept");
    assertEquals("Error Log Entries for device:model:kept entries:0\n", text);
    assertEquals(0, typed.json("errors", "model:kept", "--json").path("errors").size());
    typed.wrong("1 to 256", "errors", "model:kept", "-e", "0");
  }

  @Test
  void whatIsNamedIsListed() throws Exception {
    JsonNode devices = typed.json("list", "model:kept", "--json").path("Devices");
    assertEquals(2, devices.size());
    assertEquals("model:kept", devices.path(0).path("DevicePath").asString());
    assertEquals(4096, devices.path(1).path("SectorSize").asInt());
    String text = typed.done("list", "model:kept");
    assertTrue(text.contains("512 B + 0 B") && text.contains("4096 B + 0 B"), text);
  }

  @Test
  void aResetLeavesTheNamespacesAsTheyWere() throws Exception {
    assertTrue(typed.done("reset", "model:kept").contains("ready again"));
    assertTrue(typed.json("reset", "model:kept", "--json").path("reset_ms").isNumber());
    assertEquals(2, typed.json("ns", "list", "model:kept", "--json").path("nsid_list").size());
  }
}
