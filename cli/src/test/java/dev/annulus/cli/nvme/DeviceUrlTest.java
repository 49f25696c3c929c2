// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceUrlTest {
  @Test
  void theSchemeStandsBeforeTheColonAndSettingsAfterTheQuestionMark() throws Exception {
    DeviceUrl model = DeviceUrl.parse("model:/a/b:64M?block-size=512&unallocated=1G");
    assertEquals(DeviceUrl.Scheme.MODEL, model.scheme());
    assertEquals("/a/b:64M", model.target());
    assertEquals(Map.of("block-size", "512", "unallocated", "1G"), model.settings());
    DeviceUrl vfio = DeviceUrl.parse("vfio:0000:05:00.0");
    assertEquals(DeviceUrl.Scheme.VFIO, vfio.scheme());
    assertEquals("0000:05:00.0", vfio.target());
    assertEquals(DeviceUrl.Scheme.QEMU, DeviceUrl.parse("qemu:disk").scheme());
  }

  @Test
  void filesAreNotTakenForDevices() {
    assertTrue(DeviceUrl.isOne("model:x"));
    assertFalse(DeviceUrl.isOne("/tmp/disk:64M"));
    assertFalse(DeviceUrl.isOne("/tmp/model:x"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nope:x | model:FILE[:SIZE], vfio:PCI-ADDRESS or qemu:FILE",
        "disk.img | Did you mean model:disk.img ?",
        "05:00.0 | Did you mean vfio:0000:05:00.0 ?",
        "0001:05:00.0 | Did you mean vfio:0001:05:00.0 ?",
        "/dev/nvme0n1 | That is a device of",
        "model: | name a file",
        "vfio: | annulus nvme list shows them",
        "qemu: | name a file",
        "model:x?size | is no setting",
        "model:x?=1 | is no setting",
        "model:x?a=1&a=2 | there twice"
      })
  void whatIsNoneIsRefusedWithWhatMayHaveBeenMeant(String text, String part) {
    CommandException told = assertThrows(CommandException.class, () -> DeviceUrl.parse(text));
    assertEquals(ExitCode.USAGE, told.code());
    assertTrue(told.getMessage().contains(part), told.getMessage());
  }
}
