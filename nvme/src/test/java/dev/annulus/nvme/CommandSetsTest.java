// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Controllers with several command sets. */
@Timeout(60)
class CommandSetsTest {
  private static final long CAP =
      63 | 1L << 24 | (long) (Registers.CSS_NVM | Registers.CSS_IOCS) << 37;

  /** Namespace 1 of the NVM command set, 2 of zones, 3 of keys; zones in the third combination. */
  private static final class Device extends ScriptedDevice {
    final List<Long> profiles = new ArrayList<>();
    long zoneSize = 100;
    int descriptorLength = 1;

    Device() {
      super(CAP);
    }

    @Override
    int answer(int opcode, int nsid, long cdw10, MemorySegment page) {
      int cns = (int) cdw10 & 0xFF;
      if (opcode == AdminOpcode.SET_FEATURES && cns == Feature.COMMAND_SET_PROFILE) {
        profiles.add(cdw10 >>> 32);
      } else if (opcode == AdminOpcode.IDENTIFY) {
        identify(cns, nsid, cdw10, page);
      }
      return 0;
    }

    private void identify(int cns, int nsid, long cdw10, MemorySegment page) {
      switch (cns) {
        case Identify.CNS_ACTIVE_NAMESPACES -> {
          for (int i = 0; i < 3; i++) {
            page.set(JAVA_INT, i * 4L, nsid + 1 + i <= 3 ? nsid + 1 + i : 0);
          }
        }
        case ZoneIdentify.CNS_COMMAND_SETS -> {
          assertEquals(ZoneIdentify.THIS_CONTROLLER | ZoneIdentify.CNS_COMMAND_SETS, cdw10);
          page.set(JAVA_LONG, 0, 1);
          page.set(JAVA_LONG, 8, 3);
          page.set(JAVA_LONG, 16, 7);
        }
        case Identify.CNS_NAMESPACE_DESCRIPTORS -> {
          page.set(JAVA_BYTE, 0, (byte) Identify.NIDT_NGUID);
          page.set(JAVA_BYTE, 1, (byte) 16);
          page.set(JAVA_BYTE, 20, (byte) Identify.NIDT_CSI);
          page.set(JAVA_BYTE, 21, (byte) descriptorLength);
          page.set(JAVA_BYTE, 24, (byte) (nsid == 1 ? 0 : nsid == 2 ? 2 : 1));
        }
        case Identify.CNS_NAMESPACE -> {
          page.set(JAVA_LONG, Identify.NSZE, 1000);
          page.set(JAVA_BYTE, Identify.FLBAS, (byte) 3);
          page.set(JAVA_INT, Identify.LBAF + 3 * 4, 12 << 16);
        }
        case ZoneIdentify.CNS_NAMESPACE -> {
          assertEquals(2L << 56 | ZoneIdentify.CNS_NAMESPACE, cdw10);
          page.set(JAVA_INT, ZoneIdentify.MAR, -1);
          page.set(JAVA_INT, ZoneIdentify.MOR, 13);
          page.set(JAVA_BYTE, ZoneIdentify.OZCS, (byte) 1);
          page.set(JAVA_LONG, ZoneIdentify.LBAFE + 3 * 16, zoneSize);
          page.set(JAVA_BYTE, ZoneIdentify.LBAFE + 3 * 16 + 8, (byte) 0xFF);
        }
        case ZoneIdentify.CNS_CONTROLLER -> page.set(JAVA_BYTE, ZoneIdentify.ZASL, (byte) 1);
        default -> {}
      }
    }
  }

  @Test
  void choosesTheCombinationWithZonesAlsoAfterAReset() throws Exception {
    Device device = new Device();
    try (device;
        Controller controller = Controller.start(device, ControllerOptions.DEFAULT)) {
      assertEquals(6, device.readInt(Registers.CC) >>> 4 & 7);
      assertEquals(List.of(2L), device.profiles);
      assertEquals(2, controller.namespaces().size());
      assertEquals(
          new ZonedNamespace(
              controller.namespace(2),
              100,
              14,
              ZonedNamespace.NO_LIMIT,
              true,
              false,
              255 * 64,
              8192),
          controller.zonedNamespace(2));
      assertSays("has no zones", controller, 1);
      assertSays("command set is number 1", controller, 3);
      controller.reset();
      assertEquals(List.of(2L, 2L), device.profiles);
    }
  }

  private static void assertSays(String words, Controller controller, int nsid) {
    String message =
        assertThrows(NvmeException.class, () -> controller.zonedNamespace(nsid)).getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void zonesThatMakeNoSenseLeaveTheNamespaceUsable() throws Exception {
    for (long size : new long[] {0, -1, 300, 1001}) {
      Device device = new Device();
      device.zoneSize = size;
      try (device;
          Controller controller = Controller.start(device, ControllerOptions.DEFAULT)) {
        assertSays("not a whole number", controller, 2);
        assertEquals(1000, controller.namespace(2).blocks());
      }
    }
  }

  @Test
  void namesThatRunOverTheEnd() {
    byte[] names = new byte[64];
    for (int length = 0; length < 256; length++) {
      for (int i = 0; i < names.length; i++) {
        names[i] = (byte) length;
      }
      int csi = CommandSets.csi(names);
      assertTrue(csi >= 0 && csi <= 255);
    }
    assertEquals(0, CommandSets.csi(new byte[4096]));
  }

  @Test
  void combinationsWithoutZonesAreLeftAlone() {
    assertEquals(0, CommandSets.chosen(new byte[Identify.SIZE]));
    byte[] data = new byte[Identify.SIZE];
    for (int i = 0; i < Identify.SIZE; i += 8) {
      data[i] = 1;
    }
    assertEquals(0, CommandSets.chosen(data));
    data[Identify.SIZE - 8] = 5;
    assertEquals(511, CommandSets.chosen(data));
  }
}
