// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayoutTest {
  /** What QEMU 7.2's controller reads as. */
  private static final long QEMU_CAP = 0x0040_1820_0f01_07ffL;

  @Test
  void readsTheCapabilitiesOfQemusController() {
    assertEquals(2048, Registers.maxQueueEntries(QEMU_CAP));
    assertEquals(15, Registers.timeoutUnits(QEMU_CAP));
    assertEquals(0, Registers.doorbellStride(QEMU_CAP));
    assertEquals(0xC1, Registers.commandSets(QEMU_CAP));
    assertEquals(0, Registers.minPage(QEMU_CAP));
    assertEquals(4, Registers.maxPage(QEMU_CAP));
    assertTrue((QEMU_CAP & Registers.CAP_CQR) != 0);
  }

  @Test
  void readsTheModelsCapabilitiesAsItMeantThem() {
    ModelConfig config =
        new ModelConfig(List.of(), 1024, 16, 17, 8, 3, 0, false, false, false, 0, Faults.NONE);
    long cap = config.capabilities();
    assertEquals(1024, Registers.maxQueueEntries(cap));
    assertEquals(10, Registers.timeoutUnits(cap));
    assertEquals(3, Registers.doorbellStride(cap));
    assertEquals(Registers.CSS_NVM, Registers.commandSets(cap));
    assertEquals(0, Registers.minPage(cap));
    assertEquals(4, Registers.maxPage(cap));
  }

  @Test
  void putsACompletionTogetherAndTakesItApart() {
    long word = Cqe.word(0x1234, 0x0102, 0xFEDC, 0x4281, 1);
    assertEquals(0x1234, Cqe.sqHead(word));
    assertEquals(0x0102, Cqe.sqId(word));
    assertEquals(0xFEDC, Cqe.commandId(word));
    assertEquals(0x4281, Cqe.status(word));
    assertEquals(1, Cqe.phase(word));
    // Bytes 14 and 15 of the entry: phase in bit 0, status above.
    assertEquals(0x8503, (int) (word >>> 48));
    assertEquals(0x7FFF, Cqe.status(Cqe.word(0, 0, 0, 0x7FFF, 0)));
  }

  @Test
  void adminQueueSizesAreZeroBased() {
    assertEquals(0x003F_001F, Registers.adminQueues(32, 64));
  }

  @Test
  void everyStatusHasItsOwnValueAndName() {
    Set<Integer> values = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (StatusCode each : StatusCode.values()) {
      assertTrue(values.add(each.value), each + " shares its value");
      assertTrue(names.add(each.words), each + " shares its name");
      assertEquals(each, StatusCode.of(each.value | NvmeStatus.DO_NOT_RETRY | NvmeStatus.MORE));
      assertEquals(each == StatusCode.SUCCESS, each.errno == 0);
    }
  }
}
