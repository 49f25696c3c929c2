// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What a controller offers and how far, as it says so; and what is refused for that. */
@Timeout(60)
class NvmLimitsTest {
  private static final long CAP = 63 | Registers.CAP_CQR | 20L << 24 | 1L << 37;
  private static final int ALL =
      Identify.ONCS_COMPARE
          | Identify.ONCS_WRITE_UNCORRECTABLE
          | Identify.ONCS_DSM
          | Identify.ONCS_WRITE_ZEROES
          | Identify.ONCS_VERIFY
          | Identify.ONCS_COPY;

  /** A controller with one namespace of 1,000 blocks of 4,096 bytes. */
  private static final class Device extends ScriptedDevice {
    int oncs = ALL;
    int fuses = 1;
    int copyFormats = 1;
    int ownUnits;
    int protection;
    int protectionFormat;
    boolean limits;

    Device() {
      super(CAP);
    }

    @Override
    int answer(int opcode, int nsid, long cdw10, MemorySegment page) {
      if (opcode != AdminOpcode.IDENTIFY) {
        return 0;
      }
      return switch ((int) cdw10) {
        case Identify.CNS_CONTROLLER -> controller(page);
        case Identify.CNS_ACTIVE_NAMESPACES -> active(nsid, page);
        case Identify.CNS_NAMESPACE -> namespace(page);
        case Identify.CNS_SET_NAMESPACE -> protection(page);
        case Identify.CNS_SET_CONTROLLER -> limits(page);
        default -> 0;
      };
    }

    private int controller(MemorySegment page) {
      page.set(JAVA_SHORT, Identify.ONCS, (short) oncs);
      page.set(JAVA_SHORT, Identify.FUSES, (short) fuses);
      page.set(JAVA_SHORT, Identify.ACWU, (short) 7);
      page.set(JAVA_SHORT, Identify.OCFS, (short) copyFormats);
      return 0;
    }

    private static int active(int after, MemorySegment page) {
      page.set(JAVA_INT, 0, after == 0 ? 1 : 0);
      return 0;
    }

    private int namespace(MemorySegment page) {
      page.set(JAVA_LONG, Identify.NSZE, 1000);
      page.set(JAVA_INT, Identify.LBAF, 12 << 16 | (protection == 0 ? 0 : 16));
      page.set(JAVA_BYTE, Identify.DPS, (byte) protection);
      page.set(JAVA_BYTE, Identify.NSFEAT, (byte) (ownUnits == 0 ? 0 : Identify.NSFEAT_ATOMIC));
      page.set(JAVA_SHORT, Identify.NACWU, (short) (ownUnits - 1));
      page.set(JAVA_SHORT, Identify.MSSRL, (short) 20);
      page.set(JAVA_INT, Identify.MCL, 30);
      page.set(JAVA_BYTE, Identify.MSRC, (byte) 3);
      return 0;
    }

    private int protection(MemorySegment page) {
      page.set(JAVA_INT, Identify.ELBAF, protectionFormat);
      return 0;
    }

    private int limits(MemorySegment page) {
      if (limits) {
        page.set(JAVA_BYTE, Identify.VSL, (byte) 2);
        page.set(JAVA_BYTE, Identify.WZSL, (byte) 3);
        page.set(JAVA_BYTE, Identify.WUSL, (byte) 1);
        page.set(JAVA_BYTE, Identify.DMRL, (byte) 5);
        page.set(JAVA_INT, Identify.DMRSL, 50);
        page.set(JAVA_LONG, Identify.DMSL, 60);
      }
      return 0;
    }
  }

  private interface Check {
    void of(Controller controller, NvmCommands nvm) throws Exception;
  }

  private static void with(Device device, Check check) throws Exception {
    try (device;
        Controller controller = Controller.start(device, ControllerOptions.DEFAULT);
        QueuePair queue = controller.openQueuePair(8)) {
      check.of(controller, queue.nvm(1));
      assertEquals(0, queue.inFlight());
    }
  }

  private static void assertRefused(String words, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(words), message);
  }

  private static void assertNotOffered(Executable call) {
    String message = assertThrows(UnsupportedOperationException.class, call).getMessage();
    assertTrue(message.contains("the controller does not offer it: "), message);
  }

  @Test
  void withoutLimitsACommandIsTheLimit() throws Exception {
    with(
        new Device(),
        (controller, nvm) -> {
          NvmLimits limits = nvm.namespace().limits();
          assertEquals(
              new NvmLimits(
                  8,
                  65_536,
                  65_536,
                  65_536,
                  false,
                  new NvmLimits.Ranges(4, 20, 30),
                  new NvmLimits.Ranges(256, 0xFFFF_FFFFL, Long.MAX_VALUE)),
              limits);
        });
  }

  @Test
  void beyondItsLimitsIsRefused() throws Exception {
    Device device = new Device();
    device.limits = true;
    device.ownUnits = 5;
    with(
        device,
        (controller, nvm) -> {
          assertRefused("1 to 4", () -> nvm.verify(0, 5, 1));
          assertRefused("1 to 8", () -> nvm.writeZeroes(0, 9, false, 1));
          assertRefused("1 to 2", () -> nvm.writeUncorrectable(0, 3, 1));
          assertRefused("a range", () -> nvm.deallocate(0, 51, 1));
          assertRefused("at most 5", () -> nvm.compareAndWrite(0, 6, 0, 0, 1));
          DmaMemory dma = controller.dma();
          try (DatasetRanges ranges = DatasetRanges.allocate(dma, 8);
              CopyRanges sources = CopyRanges.allocate(dma, 8)) {
            ranges.add(0, 51);
            assertRefused("a range", () -> nvm.manage(ranges, 0, 1));
            ranges.clear().add(0, 50).add(0, 11);
            assertRefused("61 blocks", () -> nvm.manage(ranges, 0, 1));
            ranges.clear();
            for (int i = 0; i < 6; i++) {
              ranges.add(0, 1);
            }
            assertRefused("1 to 5", () -> nvm.manage(ranges, 0, 1));
            sources.add(0, 21);
            assertRefused("a range", () -> nvm.copy(sources, 100, 1));
            sources.clear().add(0, 20).add(0, 11);
            assertRefused("31 blocks", () -> nvm.copy(sources, 100, 1));
          }
        });
  }

  @Test
  void whatIsNotOfferedIsRefused() throws Exception {
    Device device = new Device();
    device.oncs = 0;
    device.fuses = 0;
    with(
        device,
        (controller, nvm) -> {
          assertNotOffered(() -> nvm.compare(0, 1, 0, 1));
          assertNotOffered(() -> nvm.compareAndWrite(0, 1, 0, 0, 1));
          assertNotOffered(() -> nvm.writeZeroes(0, 1, false, 1));
          assertNotOffered(() -> nvm.writeUncorrectable(0, 1, 1));
          assertNotOffered(() -> nvm.verify(0, 1, 1));
          assertNotOffered(() -> nvm.deallocate(0, 1, 1));
          try (DatasetRanges ranges = DatasetRanges.allocate(controller.dma(), 1);
              CopyRanges sources = CopyRanges.allocate(controller.dma(), 1)) {
            assertNotOffered(() -> nvm.manage(ranges.add(0, 1), 0, 1));
            assertNotOffered(() -> nvm.copy(sources.add(0, 1), 1, 1));
          }
        });
  }

  @Test
  void copiesOfAnotherFormatAreNone() throws Exception {
    Device device = new Device();
    device.copyFormats = 2;
    with(
        device,
        (controller, nvm) -> {
          assertEquals(ALL & ~Identify.ONCS_COPY, controller.info().optionalCommands());
          assertEquals(NvmLimits.Ranges.NONE, nvm.namespace().limits().copy());
        });
  }

  @Test
  void protectionOfOtherGuardsCannotBeUsed() throws Exception {
    for (int format : new int[] {0, 1, 0x80, 0x100}) {
      Device device = new Device();
      device.protection = 1;
      device.protectionFormat = format;
      try (device;
          Controller controller = Controller.start(device, ControllerOptions.DEFAULT)) {
        if (format == 0) {
          BlockMetadata expected = new BlockMetadata(16, false, 1, false);
          assertEquals(expected, controller.namespace(1).metadata());
        } else {
          assertEquals(List.of(), controller.namespaces());
          NvmeException e = assertThrows(NvmeException.class, () -> controller.namespace(1));
          assertTrue(e.getMessage().contains("16 bits guard"), e.getMessage());
        }
      }
    }
  }

  @Test
  void protectionThatCannotBe() throws Exception {
    Device device = new Device();
    device.protection = 5;
    try (device;
        Controller controller = Controller.start(device, ControllerOptions.DEFAULT)) {
      NvmeException e = assertThrows(NvmeException.class, () -> controller.namespace(1));
      assertTrue(e.getMessage().contains("protection of type 5"), e.getMessage());
    }
  }
}
